from pystac_client import Client

key = {{key}}
url = {{url}}


def with_key(request):
    request.auth = ({{user}}, key)
    return request


catalog = Client.open(url, request_modifier=with_key)
for collection in catalog.get_collections():
    print(collection.id, collection.title)
