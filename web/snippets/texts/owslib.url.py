from owslib.{{module}} import {{class}}

url = {{url}}

service = {{class}}(url, version={{version}})
for name in service.contents:
    print(name)
