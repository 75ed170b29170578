import rasterio

key = {{key}}
url = {{url}}

options = {
    "GDAL_HTTP_AUTH": "BASIC",
    "GDAL_HTTP_USERPWD": {{user}} + ":" + key,
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
}
with rasterio.Env(**options), rasterio.open(url) as data:
    print(data.profile)
