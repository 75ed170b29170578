library(terra)

url <- {{url}}

setGDALconfig("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR")
print(rast(paste0("/vsicurl/", url)))
