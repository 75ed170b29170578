from base64 import b64encode

import obstore
from obstore.store import HTTPStore

key = {{key}}
url = {{url}}

folder, name = url.rsplit("/", 1)
user_and_key = b64encode(({{user}} + ":" + key).encode()).decode()
options = {
    "default_headers": {"Authorization": "Basic " + user_and_key},
    "allow_http": url.startswith("http://"),
}
store = HTTPStore.from_url(folder, client_options=options)
print(obstore.head(store, name))
