from owslib.{{module}} import {{class}}
from owslib.util import Authentication

key = {{key}}
url = {{url}}

service = {{class}}(url, version={{version}}, auth=Authentication(username={{user}}, password=key))
for name in service.contents:
    print(name)
