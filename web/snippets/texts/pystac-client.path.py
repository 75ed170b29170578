from pystac_client import Client

url = {{url}}

catalog = Client.open(url)
for collection in catalog.get_collections():
    print(collection.id, collection.title)
