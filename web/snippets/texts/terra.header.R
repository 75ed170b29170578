library(terra)

key <- {{key}}
url <- {{url}}

setGDALconfig("GDAL_HTTP_HEADERS", paste0({{headerStart}}, key))
setGDALconfig("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR")
print(rast(paste0("/vsicurl/", url)))
