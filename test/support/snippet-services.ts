const STAC = { stac_version: '1.0.0', description: 'Scenes' };
const link = (rel: string, href: string) => ({ rel, href, type: 'application/json' });

/** A static STAC catalogue, by path. */
export const CATALOGUE: Readonly<Record<string, string>> = {
  'stac/catalog.json': JSON.stringify({
    ...STAC,
    type: 'Catalog',
    id: 'archive',
    links: [link('root', './catalog.json'), link('child', './scenes.json')],
  }),
  'stac/scenes.json': JSON.stringify({
    ...STAC,
    type: 'Collection',
    id: 'scenes',
    title: 'Scenes',
    license: 'other',
    extent: { spatial: { bbox: [[0, 0, 1, 1]] }, temporal: { interval: [[null, null]] } },
    links: [link('root', './catalog.json'), link('parent', './catalog.json')],
  }),
};

const XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"';
const GET = `<DCPType><HTTP><Get><OnlineResource ${XLINK} xlink:href="http://127.0.0.1/"/></Get></HTTP></DCPType>`;

/** What map services say that they have: one layer or coverage, scenes. */
export const CAPABILITIES: Readonly<Record<string, string>> = {
  wms: `<WMS_Capabilities version="1.3.0" xmlns="http://www.opengis.net/wms" ${XLINK}>
  <Service><Name>WMS</Name><Title>Maps</Title><OnlineResource xlink:href="http://127.0.0.1/"/></Service>
  <Capability>
    <Request>
      <GetCapabilities><Format>text/xml</Format>${GET}</GetCapabilities>
      <GetMap><Format>image/png</Format>${GET}</GetMap>
    </Request>
    <Exception><Format>XML</Format></Exception>
    <Layer>
      <Title>Maps</Title><CRS>EPSG:4326</CRS>
      <Layer queryable="0">
        <Name>scenes</Name><Title>Scenes</Title><CRS>EPSG:4326</CRS>
        <EX_GeographicBoundingBox>
          <westBoundLongitude>0</westBoundLongitude><eastBoundLongitude>1</eastBoundLongitude>
          <southBoundLatitude>0</southBoundLatitude><northBoundLatitude>1</northBoundLatitude>
        </EX_GeographicBoundingBox>
        <BoundingBox CRS="EPSG:4326" minx="0" miny="0" maxx="1" maxy="1"/>
      </Layer>
    </Layer>
  </Capability>
</WMS_Capabilities>`,
  wmts: `<Capabilities version="1.0.0" xmlns="http://www.opengis.net/wmts/1.0" ${XLINK}
  xmlns:ows="http://www.opengis.net/ows/1.1">
  <ows:ServiceIdentification>
    <ows:Title>Maps</ows:Title><ows:ServiceType>OGC WMTS</ows:ServiceType>
    <ows:ServiceTypeVersion>1.0.0</ows:ServiceTypeVersion>
  </ows:ServiceIdentification>
  <Contents>
    <Layer>
      <ows:Title>Scenes</ows:Title><ows:Identifier>scenes</ows:Identifier>
      <Style isDefault="true"><ows:Identifier>default</ows:Identifier></Style>
      <Format>image/png</Format>
      <TileMatrixSetLink><TileMatrixSet>EPSG:4326</TileMatrixSet></TileMatrixSetLink>
    </Layer>
  </Contents>
</Capabilities>`,
  wcs: `<wcs:Capabilities version="2.0.1" xmlns:wcs="http://www.opengis.net/wcs/2.0" ${XLINK}
  xmlns:ows="http://www.opengis.net/ows/2.0">
  <ows:ServiceIdentification>
    <ows:Title>Maps</ows:Title><ows:ServiceType>OGC WCS</ows:ServiceType>
    <ows:ServiceTypeVersion>2.0.1</ows:ServiceTypeVersion>
  </ows:ServiceIdentification>
  <ows:ServiceProvider><ows:ProviderName>Archive</ows:ProviderName></ows:ServiceProvider>
  <ows:OperationsMetadata>
    <ows:Operation name="GetCapabilities">
      <ows:DCP><ows:HTTP><ows:Get xlink:href="http://127.0.0.1/"/></ows:HTTP></ows:DCP>
    </ows:Operation>
  </ows:OperationsMetadata>
  <wcs:Contents>
    <wcs:CoverageSummary>
      <wcs:CoverageId>scenes</wcs:CoverageId>
      <wcs:CoverageSubtype>RectifiedGridCoverage</wcs:CoverageSubtype>
    </wcs:CoverageSummary>
  </wcs:Contents>
</wcs:Capabilities>`,
};
