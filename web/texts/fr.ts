import { adminTexts } from './fr-admin.js';
import { keyTexts } from './fr-key.js';
import { PROBLEMS_FR } from './fr-problems.js';
import { REFUSALS_FR } from './fr-refusals.js';
import { part } from './parts.js';
import type { Problem } from '../api/call.js';
import type { Texts } from './texts.js';

const number = new Intl.NumberFormat('fr');
const count = (n: number, one: string, many: string): string => `${number.format(n)} ${n < 2 ? one : many}`;
const list = (items: readonly string[]): string => new Intl.ListFormat('fr').format(items);

export const fr: Texts = {
  justNow: 'à l’instant',
  key: keyTexts,
  admin: adminTexts,

  common: {
    optional: '(facultatif)',
    cancel: 'Annuler',
    close: 'Fermer',
    copy: 'Copier',
    copied: 'Copié',
    copyFailed: 'La copie a échoué',
    tryAgain: 'Réessayer',
    loading: 'Chargement…',
    chartKeys: 'Les flèches vont de barre en barre.',
  },

  problem: ({ code, detail }: Problem): string =>
    PROBLEMS_FR[code] ??
    (detail || 'Cela n’a pas fonctionné. Réessayez et, si cela persiste, prévenez l’exploitant.'),

  layout: {
    skip: 'Aller au contenu',
    navigation: 'Pages',
    keys: 'Mes clés',
    admin: 'Administration',
    docs: 'Documentation de l’API',
    language: 'Langue',
    theme: 'Apparence',
    themes: { system: 'Comme le système', light: 'Clair', dark: 'Sombre' },
    account: (name: string) => `Compte de ${name}`,
    roles: (roles: readonly string[]) => `Rôles : ${list(roles)}`,
    noRoles: 'Aucun rôle',
    logOut: 'Se déconnecter',
    logOutFailed: 'La déconnexion a échoué. Réessayez.',
  },

  welcome: {
    lead: 'Des clés d’API pour vos outils : créez-en une, collez-la et voyez ce qu’elle fait.',
    logIn: 'Se connecter',
    again: 'Réessayer',
    points: [
      {
        icon: 'terminal',
        title: 'Faites pour vos outils',
        text: 'Des lignes pour QGIS, GDAL, Python et R, la clé déjà dedans.',
      },
      {
        icon: 'shield',
        title: 'Le strict nécessaire',
        text: 'Une clé pour un service, un réseau, une semaine, avec une partie de vos droits.',
      },
      {
        icon: 'eye',
        title: 'En toute transparence',
        text: 'Voyez qui utilise une clé et d’où, et pourquoi elle a été refusée.',
      },
    ],
  },

  loginEnded: {
    title: 'Votre session est terminée',
    disabled: 'Votre compte est désactivé',
    text: 'Rien de ce que vous avez saisi n’est perdu : reconnectez-vous et vous revenez ici.',
    again: 'Se reconnecter',
  },

  notFound: {
    title: 'Cette page n’existe pas',
    text: 'L’adresse est peut-être ancienne ou mal saisie.',
    home: 'Vers mes clés',
  },

  keys: {
    title: 'Mes clés',
    lead: 'Ce que vos scripts, vos cartes et vos outils utilisent en votre nom.',
    create: 'Nouvelle clé',
    loading: 'Chargement de vos clés…',
    cards: {
      label: 'Clés par état',
      live: 'Actives',
      soon: 'Fin sous 14 jours',
      disabled: 'Désactivées',
      revoked: 'Révoquées',
      expired: 'Expirées',
    },
    search: 'Chercher dans les noms et descriptions',
    filters: 'Filtres',
    clear: 'Effacer les filtres',
    filter: {
      status: 'État',
      service: 'Service',
      created: 'Création',
      ends: 'Fin',
      used: 'Dernier usage',
      sort: 'Tri',
    },
    statuses: {
      any: 'Tous les états',
      live: 'Actives',
      disabled: 'Désactivées',
      expired: 'Expirées',
      revoked: 'Révoquées',
    },
    anyService: 'Tous les services',
    created: {
      any: 'N’importe quand',
      week: '7 derniers jours',
      month: '30 derniers jours',
      year: 'Dernière année',
    },
    ends: { any: 'N’importe quand', soon: 'Sous 14 jours', month: 'Sous 30 jours', never: 'Jamais' },
    used: {
      any: 'N’importe quand',
      week: 'Ces 7 derniers jours',
      idle: 'Pas depuis 30 jours',
      unused: 'Pas depuis 90 jours',
    },
    sorts: {
      expires: 'Fin la plus proche',
      '-lastUsed': 'Dernier usage',
      '-created': 'Plus récentes',
      name: 'Nom',
    },
    columns: {
      key: 'Clé',
      state: 'État',
      services: 'Services',
      ends: 'Fin',
      used: 'Dernier usage',
      trend: '30 jours',
      more: 'Actions',
    },
    hint: 'Ses premiers caractères, après le préfixe',
    unnamed: 'Sans nom',
    allServices: 'Tous les services',
    moreServices: (n: number) => `et ${n} de plus`,
    neverUsed: 'Jamais',
    noEnd: 'Jamais',
    shown: (shown: number, all: number) => `${number.format(shown)} sur ${count(all, 'clé', 'clés')}`,
    more: 'Afficher la suite',
    trend: (days: number, accepted: number, refused: number) =>
      accepted + refused === 0
        ? `Aucun usage en ${days} jours`
        : `En ${days} jours : ${count(accepted, 'usage', 'usages')}, ${count(refused, 'refus', 'refus')}`,
    menu: {
      of: (name: string) => `Actions pour ${name}`,
      details: 'Détails',
      duplicate: 'Dupliquer',
      rotate: 'Remplacer',
      disable: 'Suspendre',
      enable: 'Réactiver',
      revoke: 'Révoquer',
    },
    undo: 'Annuler',
    disabled: (name: string) => `${name} est désactivée. Elle est refusée jusqu’à sa réactivation.`,
    enabled: (name: string) => `${name} est de nouveau active.`,
    state: {
      live: 'Active',
      forever: 'Active, sans fin',
      ends: (when: string) => `Se termine ${when}`,
      overlap: (when: string) => `Remplacée, se termine ${when}`,
      overlapOver: 'Remplacée, délai écoulé',
      expired: (when: string) => `Expirée ${when}`,
      disabled: 'Désactivée',
      disabledBy: {
        owner: 'Désactivée',
        admin: 'Désactivée par un administrateur',
        unused: 'Désactivée, longtemps inutilisée',
      },
      revokedBy: {
        owner: 'Révoquée',
        admin: 'Révoquée par un administrateur',
        leak: 'Révoquée, trouvée en public',
        rotation: 'Remplacée aussitôt',
      },
      lost: (roles: readonly string[]) =>
        `Rôle${roles.length < 2 ? '' : 's'} ${list(roles)} perdu${roles.length < 2 ? '' : 's'} par le propriétaire`,
      usedAfterEnd: 'Encore utilisée après sa fin',
    },
    notices: {
      lost: (n: number) =>
        `${n} des clés affichées ici ${n === 1 ? 'a' : 'ont'} moins de droits qu’à ${n === 1 ? 'sa' : 'leur'} création, car vous avez perdu des rôles.`,
      usedAfterEnd: (name: string) =>
        `${name} a été remplacée et a pris fin, mais quelque chose l’utilise encore : un endroit a été oublié.`,
      manyUsedAfterEnd: (n: number) =>
        `${n} des clés affichées ici ont été remplacées et ont pris fin, mais quelque chose les utilise encore : des endroits ont été oubliés.`,
      show: 'Voir',
      which: 'Lesquelles',
    },
    empty: {
      title: 'Vous n’avez pas encore de clé',
      text: 'Une clé est un mot de passe que vous créez pour un seul outil, de sorte que le vôtre ne vous quitte jamais. Elle peut ce que vous lui permettez, aussi longtemps que vous le voulez, et vous pouvez y mettre fin à tout moment.',
      connect: 'Ou commencez par un outil :',
      qgis: 'Connecter QGIS',
      gdal: 'Connecter GDAL',
      python: 'Connecter Python',
    },
    none: {
      title: 'Aucune clé ne correspond',
      text: 'Essayez d’autres mots ou effacez les filtres.',
    },
  },

  newKey: {
    title: 'Nouvelle clé',
    purpose: 'À quoi sert-elle ?',
    purposes: {
      qgis: {
        name: 'QGIS',
        says: 'Valable 90 jours et gardée dans le coffre de mots de passe de QGIS : pas dans l’URL d’une couche.',
      },
      scripts: {
        name: 'GDAL et scripts',
        says: 'Valable 90 jours, envoyée dans un en-tête : elle reste hors des URL, qui finissent dans des journaux.',
      },
      notebook: {
        name: 'Notebook',
        says: 'Valable 30 jours seulement, car les notebooks circulent et la clé avec eux.',
      },
      ci: {
        name: 'Intégration continue',
        says: 'Valable 90 jours, envoyée dans un en-tête. Gardez-la parmi les secrets de votre chaîne et ajoutez plus bas le réseau de ses exécuteurs si vous le connaissez.',
      },
      webmap: {
        name: 'Une carte web',
        says: 'Qui regarde la carte peut lire la clé. Elle ne fait donc que lire, 600 fois par minute au plus, pendant un an ; elle peut figurer dans une URL. Dites plus bas quelles pages peuvent s’en servir et choisissez le seul service nécessaire.',
      },
      agent: {
        name: 'Un agent',
        says: 'Valable 7 jours, ne fait que lire, 60 fois par minute au plus : un agent fait ce qu’il lit quelque part.',
      },
      other: { name: 'Autre chose', says: 'Rien n’est présélectionné, sauf la fin habituelle.' },
    },
    reads: 'Les portées par lesquelles les services la laissent lire sont choisies plus bas.',
    name: {
      label: 'Nom',
      hint: 'À quoi vous la reconnaîtrez : l’outil et la machine.',
      examples: {
        qgis: 'QGIS sur mon portable',
        scripts: 'téléchargement de nuit sur vm-17',
        notebook: 'notebook d’analyse des crues',
        ci: 'tests du projet atlas',
        webmap: 'carte de notre page d’accueil',
        agent: 'chercheur de scènes',
        other: 'mon portable',
      },
    },
    description: { label: 'Description', hint: 'Ce que devrait savoir qui la trouve dans un an.' },
    end: {
      label: 'Combien de temps est-elle valable ?',
      max: (duration: string) => `Au plus ${duration} sont permis ici.`,
      date: 'Jusqu’à un jour',
      dateHint: 'du calendrier',
      day: 'Dernier jour',
      never: 'Sans fin',
      neverHint: 'jusqu’à sa révocation',
    },
    reach: 'Que peut-elle faire ?',
    services: {
      label: 'Services',
      all: 'Tous les services, aussi ceux à venir',
      some: 'Seulement ceux-ci :',
      others: 'D’autres, par le nom sous lequel ils demandent',
      free: 'Services, par le nom sous lequel ils demandent',
      freeHint: 'Plusieurs séparés par des virgules, par exemple tiles, stac.',
      unknown: 'Absent du catalogue',
      enforced: 'Un service qui dit lequel il est refuse les clés faites pour d’autres.',
    },
    scopes: {
      label: 'Dans ces services',
      readOnly: 'Lecture seule',
      reads: (service: string) => `${service}, lecture seule`,
      enforced: 'Chaque service demande ce qu’il lui faut. Rien de choisi : ce qui en demande est refusé.',
    },
    roles: {
      label: 'Vos rôles',
      all: 'Tous les miens',
      allHint: 'Aussi ceux que vous recevrez plus tard.',
      some: 'Seulement ceux-ci :',
      search: 'Chercher un rôle',
      chosen: (n: number, all: number) =>
        `${number.format(n)} sur ${count(all, 'rôle', 'rôles')} ${n < 2 ? 'choisi' : 'choisis'}`,
      enforced: 'Une clé n’a jamais un rôle que vous n’avez pas : ce que vous perdez, elle le perd.',
    },
    limits: {
      title: 'Limites',
      none: 'D’où, combien de fois, dans les URL, configuration',
      set: (names: readonly string[]) => `${count(names.length, 'limite', 'limites')} : ${names.join(', ')}`,
      names: {
        networks: 'réseaux',
        referers: 'pages',
        readingOnly: 'lecture seule',
        methods: 'méthodes',
        notInUrl: 'hors des URL',
        rate: 'débit',
        config: 'configuration',
      },
      networks: 'Seulement depuis ces réseaux',
      networksEnforced:
        'Une passerelle devant le service nous dit d’où vient une requête. Là où il n’y en a pas, la clé est refusée.',
      addOwn: (address: string) => `Ajouter la mienne : ${address}`,
      referers: 'Seulement sur ces pages',
      referersEnforced:
        'Les navigateurs disent l’hôte de la page, sous la forme hôte ou *.hôte. Les programmes comme GDAL et QGIS ne le font pas et sont refusés.',
      methods: 'Lecture seule (GET et HEAD)',
      onlyMethods: (methods) => `Seulement les méthodes ${methods}`,
      methodsEnforced: 'Une passerelle nous dit la méthode. Là où il n’y en a pas, la clé est refusée.',
      inUrl: 'Admise dans une URL',
      inUrlEnforced:
        'Appliqué partout. Les URL finissent dans des journaux et des historiques : ne le permettez que si un outil ne peut rien d’autre.',
      inUrlForbidden: 'Interdit ici : une clé dans une URL est refusée.',
      rate: 'Débit',
      rateEnforced:
        'Appliqué partout ; les réplicas de ce serveur comptent ensemble s’ils partagent un Redis. Ce qui dépasse est refusé jusqu’à la fin de la période.',
      config: 'Configuration (JSON)',
      configEnforced:
        'Personne n’y tient la clé : les services la reçoivent avec chaque requête et en font ce qu’ils veulent.',
      configGood: 'JSON valide',
    },
    summary: 'Ce que peut cette clé',
    sentence: ({ scopes, until, networks, pages, roles, methods, rate, ...facts }) => [
      'Cette clé peut ',
      `${facts.reads ? 'lire' : 'utiliser'} ${(facts.services ?? 'tous les services') || 'encore aucun service'}`,
      ...part(', avec les portées ', scopes, [', mais ', 'rien qui demande une portée']),
      (scopes === undefined ? '' : ',') + (until === undefined ? ' ' : ' jusqu’au '),
      until ?? 'sans fin',
      ' depuis ',
      networks ?? 'n’importe quel réseau',
      ...part(' sur les pages de ', pages),
      ...part(', en tant que ', roles, [', avec ', 'encore aucun rôle']),
      ...part(', seulement par ', methods),
      ...part(', au plus ', rate),
      ...(facts.inUrl ? [', aussi ', 'dans une URL'] : [', mais ', 'pas dans une URL']),
      '.',
    ],
    make: 'Créer la clé',
    making: 'Création…',
    once: 'Elle est montrée une seule fois, à la page suivante.',
    fromLink:
      'Un lien a rempli une partie de ceci. Regardez bien avant de créer la clé : c’est vous qui décidez.',
    restored: 'Ce que vous aviez saisi est toujours là.',
    startOver: 'Recommencer',
    errors: {
      name: 'Donnez-lui un nom pour la reconnaître.',
      noDate: 'Choisissez le dernier jour.',
      past: 'Ce jour est passé. Choisissez-en un plus tard.',
      tooLate: 'C’est plus long que permis ici. Choisissez un jour plus proche.',
      services: 'Choisissez au moins un service, ou tous.',
      roles: 'Choisissez au moins un rôle, ou tous les vôtres.',
      network: (text: string) => `« ${text} » n’est ni une adresse ni un réseau tel que 10.0.0.0/8.`,
      referer: (text: string) => `« ${text} » n’est pas un hôte tel que www.example.org ou *.example.org.`,
      rate: 'Écrivez un nombre et une période, par exemple 100/minute.',
      configJson: (line: number | undefined) =>
        line === undefined
          ? 'Ce n’est pas encore du JSON.'
          : `Ce n’est pas encore du JSON : voyez la ligne ${line}.`,
      configObject: 'Il faut un objet : { … }.',
      configSize: 'Elle dépasse 8 Kio.',
      configDepth: 'Elle est imbriquée sur plus de 8 niveaux.',
      configNumber: 'Un de ses nombres dépasse 2^53 et perdrait des chiffres : écrivez-le comme texte.',
      configCharacter:
        'Elle contient un caractère qui ne peut pas être gardé : NUL ou une moitié de paire de substitution.',
    },
  },

  once: {
    title: 'Votre nouvelle clé',
    lead: (name: string) => `« ${name} » est prête. Copiez-la maintenant : elle n’est montrée qu’une fois.`,
    key: 'La clé',
    hidden: 'La clé, masquée',
    show: 'Montrer la clé',
    hide: 'Masquer la clé',
    copy: 'Copier la clé',
    copyWithKey: 'Copier avec la clé',
    note: 'Personne ne pourra vous la montrer de nouveau, pas même un administrateur. Si elle se perd, remplacez-la.',
    copiedNote: 'Copiée. Collez-la où il faut ; elle disparaît d’ici quand vous partez.',
    snippets: 'S’en servir',
    service: 'Service',
    tools: 'Outils',
    done: 'Terminé',
    details: 'Détails de la clé',
    ask: {
      title: 'Vous n’avez pas copié la clé',
      text: 'Si vous partez, elle est perdue pour de bon et il faudra en créer une autre.',
      stay: 'Rester ici',
      leave: 'Partir sans elle',
    },
    old: {
      goesOn: (name, when) =>
        `L’ancienne clé « ${name} » fonctionne encore jusqu’au ${when} : mettez la nouvelle partout avant.`,
      isOver: 'L’ancienne clé est refusée dès maintenant.',
    },
    gone: 'La clé n’est plus ici',
    goneText:
      'Une clé est montrée une fois et n’est gardée nulle part. Si vous ne l’avez pas copiée, remplacez-la : vous en recevez une autre avec les mêmes limites.',
  },

  first: {
    waiting: 'En attente du premier usage…',
    waitingText:
      'Collez les lignes ci-dessous dans un terminal, ou la clé dans votre outil. Vous verrez ici aussitôt si cela a fonctionné.',
    waitingLong:
      'Rien n’est encore venu. Une clé tronquée, ou des points à sa place, ne sont pas reconnus : copiez par les boutons.',
    used: (agent: string | null, network: string | null) =>
      `Utilisée à l’instant${agent ? ` par ${agent}` : ''}${network ? ` depuis ${network}` : ''}`,
    usedText: 'Elle fonctionne.',
    refused: (agent: string | null, network: string | null) =>
      `Refusée à l’instant${agent ? `, demandée par ${agent}` : ''}${network ? ` depuis ${network}` : ''}`,
    edit: 'Modifier ses limites',
    another: 'Créer une autre clé',
  },

  refusals: REFUSALS_FR,
};
