curl {{options}} --header {{headerLine}} {{url}}
