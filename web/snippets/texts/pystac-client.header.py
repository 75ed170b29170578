from pystac_client import Client

key = {{key}}
url = {{url}}

catalog = Client.open(url, headers={{{headerName}}: {{headerValue}}})
for collection in catalog.get_collections():
    print(collection.id, collection.title)
