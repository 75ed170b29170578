import rasterio

url = {{url}}

with rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR"), rasterio.open(url) as data:
    print(data.profile)
