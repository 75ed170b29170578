export GDAL_HTTP_HEADERS={{headerLine}}
export GDAL_DISABLE_READDIR_ON_OPEN=EMPTY_DIR
gdalinfo {{dataset}}
