(umask 077 && printf '\n%s\n' {{fileText}} >> ~/.netrc)
curl --netrc {{options}} {{url}}
