from owslib.{{module}} import {{class}}

key = {{key}}
url = {{url}}

service = {{class}}(url, version={{version}}, headers={{{headerName}}: {{headerValue}}})
for name in service.contents:
    print(name)
