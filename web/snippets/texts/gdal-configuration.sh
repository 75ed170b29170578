(umask 077 && printf '%s\n' {{fileText}} > ~/{{fileName}})
export GDAL_CONFIG_FILE=~/{{fileName}}
gdalinfo {{dataset}}
