curl {{options}} --user {{userPassword}} {{url}}
