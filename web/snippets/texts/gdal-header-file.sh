(umask 077 && printf '%s\n' {{fileText}} > ~/{{fileName}})
export GDAL_HTTP_HEADER_FILE=~/{{fileName}}
export GDAL_DISABLE_READDIR_ON_OPEN=EMPTY_DIR
gdalinfo {{dataset}}
