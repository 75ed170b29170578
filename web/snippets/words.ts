/** What the snippets say, in English. */
export const en = {
  'title.check': 'Is the key good?',
  'title.curl': 'curl',
  'title.gdal': 'GDAL',
  'title.rasterio': 'rasterio',
  'title.qgis': 'QGIS',
  'title.jupyter': 'Jupyter',
  'title.terra': 'R (terra)',
  'title.requests': 'Python requests',
  'title.pystac-client': 'pystac-client',
  'title.obstore': 'obstore',
  'title.owslib': 'OWSLib',
  'title.other': 'Other programs',
  'form.command': 'Command',
  'form.script': 'Script',
  'form.environment': 'Environment variables',
  'form.environmentWindows': 'Environment variables (PowerShell)',
  'form.configurationServer': 'Configuration file, for this server alone',
  'form.configuration': 'Configuration file, for older GDAL',
  'form.headerFile': 'Header file',
  'form.netrc': '.netrc',
  'form.cell': 'Cell with the key',
  'form.cellAsking': 'Cell that asks for the key',
  'form.steps': 'Step by step',
  'form.dotenv': '.env',
  'form.address': 'Address',
  'note.gdal23': 'For GDAL 2.3 or newer.',
  'note.gdal36': 'For GDAL 3.6 or newer.',
  'note.gdal37': 'For GDAL 3.7 or newer. Older ones pass over it and are refused.',
  'note.everyServer': 'While this is set, GDAL sends the key to every server that it reads from.',
  'note.notebook':
    'The notebook is saved with the key in it. Use the cell that asks for the key if you are going to share it.',
  'note.keyInUrl':
    'The key is part of the address here. Addresses end up in logs, histories and messages: whoever sees this one can use the key.',
  'note.example': 'Replace {{examples}} with the address of your own data.',
  'note.netrc': 'A .netrc goes into your home directory; on Windows it is called _netrc.',
  'step.qgisImport':
    'Download {{file}}. In QGIS: Settings ▸ Options ▸ Authentication ▸ Utilities ▸ Import Authentication Configurations from File…, choose it and leave the password empty. Then delete the file: the key is in it.',
  'step.qgisRaster':
    'Layer ▸ Add Layer ▸ Add Raster Layer…: source type “Protocol: HTTP(S), cloud, etc.”, type HTTP/HTTPS/FTP, URI {{url}}',
  'step.qgisXyz': 'Layer ▸ Add Layer ▸ Add XYZ Layer… ▸ New: URL {{url}}',
  'step.qgisWms': 'Layer ▸ Add Layer ▸ Add WMS/WMTS Layer… ▸ New: URL {{url}}',
  'step.qgisWcs': 'Layer ▸ Add Layer ▸ Add WCS Layer… ▸ New: URL {{url}}',
  'step.qgisStac': 'Layer ▸ Data Source Manager ▸ STAC ▸ New (QGIS 3.40 or newer): URL {{url}}',
  'step.qgisChoose': 'Under Authentication ▸ Configurations choose “{{title}}”, then OK or Add.',
  service: 'Service',
};

type Word = keyof typeof en;
type Suffix<Prefix extends string, Of extends string = Word> = Of extends `${Prefix}.${infer Rest}`
  ? Rest
  : never;
export type TitleWord = Suffix<'title'>;
export type FormWord = Suffix<'form'>;
export type NoteWord = Suffix<'note'>;
export type StepWord = Suffix<'step'>;
export type SnippetWords = Readonly<Record<Word, string>>;

export const fr: SnippetWords = {
  'title.check': 'La clé est-elle valable ?',
  'title.curl': 'curl',
  'title.gdal': 'GDAL',
  'title.rasterio': 'rasterio',
  'title.qgis': 'QGIS',
  'title.jupyter': 'Jupyter',
  'title.terra': 'R (terra)',
  'title.requests': 'Python requests',
  'title.pystac-client': 'pystac-client',
  'title.obstore': 'obstore',
  'title.owslib': 'OWSLib',
  'title.other': 'Autres programmes',
  'form.command': 'Commande',
  'form.script': 'Script',
  'form.environment': 'Variables d’environnement',
  'form.environmentWindows': 'Variables d’environnement (PowerShell)',
  'form.configurationServer': 'Fichier de configuration, pour ce seul serveur',
  'form.configuration': 'Fichier de configuration, pour un GDAL plus ancien',
  'form.headerFile': 'Fichier d’en-têtes',
  'form.netrc': '.netrc',
  'form.cell': 'Cellule avec la clé',
  'form.cellAsking': 'Cellule qui demande la clé',
  'form.steps': 'Étape par étape',
  'form.dotenv': '.env',
  'form.address': 'Adresse',
  'note.gdal23': 'À partir de GDAL 2.3.',
  'note.gdal36': 'À partir de GDAL 3.6.',
  'note.gdal37':
    'À partir de GDAL 3.7. Les versions plus anciennes n’en tiennent pas compte et sont refusées.',
  'note.everyServer': 'Tant que ce réglage est actif, GDAL envoie la clé à tous les serveurs qu’il lit.',
  'note.notebook':
    'Le notebook est enregistré avec la clé. Pour le partager, prenez la cellule qui demande la clé.',
  'note.keyInUrl':
    'Ici, la clé fait partie de l’adresse. Les adresses restent dans les journaux, les historiques et les messages : qui voit celle-ci peut se servir de la clé.',
  'note.example': 'Remplacez {{examples}} par l’adresse de vos propres données.',
  'note.netrc':
    'Le fichier .netrc se place dans votre répertoire personnel ; sous Windows, il s’appelle _netrc.',
  'step.qgisImport':
    'Téléchargez {{file}}. Dans QGIS : Préférences ▸ Options ▸ Authentification ▸ Utilitaires ▸ Importer les configurations d’authentification depuis un fichier…, choisissez-le et laissez le mot de passe vide. Supprimez ensuite le fichier : il contient la clé.',
  'step.qgisRaster':
    'Couche ▸ Ajouter une couche ▸ Ajouter une couche raster… : type de source « Protocole : HTTP(S), cloud, etc. », type HTTP/HTTPS/FTP, URI {{url}}',
  'step.qgisXyz': 'Couche ▸ Ajouter une couche ▸ Ajouter une couche XYZ… ▸ Nouveau : URL {{url}}',
  'step.qgisWms': 'Couche ▸ Ajouter une couche ▸ Ajouter une couche WMS/WMTS… ▸ Nouveau : URL {{url}}',
  'step.qgisWcs': 'Couche ▸ Ajouter une couche ▸ Ajouter une couche WCS… ▸ Nouveau : URL {{url}}',
  'step.qgisStac':
    'Couche ▸ Gestionnaire des sources de données ▸ STAC ▸ Nouveau (à partir de QGIS 3.40) : URL {{url}}',
  'step.qgisChoose': 'Sous Authentification ▸ Configurations, choisissez « {{title}} », puis OK ou Ajouter.',
  service: 'Service',
};
