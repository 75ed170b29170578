library(terra)

key <- {{key}}
url <- {{url}}

setGDALconfig("GDAL_HTTP_AUTH", "BASIC")
setGDALconfig("GDAL_HTTP_USERPWD", paste0({{user}}, ":", key))
setGDALconfig("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR")
print(rast(paste0("/vsicurl/", url)))
