from pystac_client import Client

key = {{key}}
url = {{plainUrl}}

catalog = Client.open(url, parameters={{{queryName}}: key})
for collection in catalog.get_collections():
    print(collection.id, collection.title)
