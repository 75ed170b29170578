curl --silent --header 'Content-Type: application/json' --data {{question}} {{url}}
