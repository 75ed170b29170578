$env:GDAL_HTTP_AUTH = 'BASIC'
$env:GDAL_HTTP_USERPWD = {{userPassword}}
$env:GDAL_DISABLE_READDIR_ON_OPEN = 'EMPTY_DIR'
gdalinfo {{dataset}}
