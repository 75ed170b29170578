import obstore
from obstore.store import HTTPStore

key = {{key}}
url = {{url}}

folder, name = url.rsplit("/", 1)
options = {
    "default_headers": {{{headerName}}: {{headerValue}}},
    "allow_http": url.startswith("http://"),
}
store = HTTPStore.from_url(folder, client_options=options)
print(obstore.head(store, name))
