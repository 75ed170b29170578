export GDAL_HTTP_AUTH=BASIC
export GDAL_HTTP_USERPWD={{userPassword}}
export GDAL_DISABLE_READDIR_ON_OPEN=EMPTY_DIR
gdalinfo {{dataset}}
