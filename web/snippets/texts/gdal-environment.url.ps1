$env:GDAL_DISABLE_READDIR_ON_OPEN = 'EMPTY_DIR'
gdalinfo {{dataset}}
