$env:GDAL_HTTP_HEADERS = {{headerLine}}
$env:GDAL_DISABLE_READDIR_ON_OPEN = 'EMPTY_DIR'
gdalinfo {{dataset}}
