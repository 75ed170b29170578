import requests

key = {{key}}
url = {{url}}

answer = requests.get(url, headers={{{headerName}}: {{headerValue}}}, timeout=60)
answer.raise_for_status()
print(answer.headers.get("Content-Type"), len(answer.content), "bytes")
