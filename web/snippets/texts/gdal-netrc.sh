(umask 077 && printf '\n%s\n' {{fileText}} >> ~/.netrc)
export GDAL_DISABLE_READDIR_ON_OPEN=EMPTY_DIR
gdalinfo {{dataset}}
