curl {{options}} {{url}}
