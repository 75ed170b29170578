import type { adminTexts as english } from './en-admin.js';
import { counterFor } from './plural.js';

const count = counterFor('fr');

type ByName = Readonly<Record<string, string>>;

/** The pages of administrators. */
export const adminTexts: typeof english = {
  title: 'Administration',
  parts: {
    label: 'Parties de l’administration',
    overview: 'Aperçu',
    keys: 'Clés',
    people: 'Personnes',
    audit: 'Audit',
    sync: 'Synchronisation',
    policies: 'Règles',
  },
  only: {
    title: 'Réservé aux administrateurs',
    text: 'Vos rôles n’y donnent pas accès. Demandez le rôle à un administrateur.',
  },
  more: 'Afficher plus',
  download: 'Télécharger en CSV',
  erased: 'Personne effacée',

  overview: {
    lead: 'Ce que font les clés de tous.',
    live: 'Clés actives',
    disabled: 'Désactivées',
    expired: 'Expirées',
    revoked: 'Révoquées',
    people: 'Personnes',
    enabled: (n: number) => `${count(n, 'active', 'actives')}`,
  },

  keys: {
    title: 'Les clés de tous',
    lead: 'À chercher par propriétaire, service, fin et utilisation.',
    loading: 'Chargement des clés…',
    owner: 'Propriétaire',
    ownerHint: 'Identifiant de connexion ou id',
    shown: (n, isAll) =>
      isAll
        ? count(n, 'clé', 'clés')
        : `${count(n, 'clé affichée', 'clés affichées')}, et il y en a d’autres`,
  },
  key: {
    back: 'Toutes les clés',
    gone: 'L’adresse est peut-être ancienne ou mal saisie.',
    owner: 'Propriétaire',
    disable: 'Désactiver',
    enable: 'Réactiver',
    revoke: 'Révoquer définitivement',
    revokeTitle: (name: string) => `Révoquer ${name} définitivement ?`,
    revokeLead: 'Elle est refusée partout en une seconde, et son propriétaire ne peut pas la rétablir.',
    disableTitle: (name: string) => `Désactiver ${name} ?`,
    disableLead: 'Elle est refusée jusqu’à ce qu’un administrateur la réactive.',
    reason: 'Motif',
    reasonHint: 'Le propriétaire le lit, et il figure dans l’audit.',
    revoked: 'La clé est révoquée définitivement.',
    disabled: 'La clé est désactivée.',
    enabled: 'La clé est réactivée.',
    uses: (accepted: number, refused: number) =>
      `${count(accepted, 'utilisation', 'utilisations')} en tout, ${count(refused, 'refus', 'refus')}`,
    lostRights: 'Rôles que son propriétaire a perdus',
    roles: 'Rôles de la clé',
    allRoles: 'Tous ceux de son propriétaire',
    history: 'Ce qui lui est arrivé',
    service: 'Compte de service',
  },

  people: {
    title: 'Personnes',
    lead: 'Toute personne qui s’est connectée ou a eu une clé.',
    loading: 'Chargement des personnes…',
    search: 'Début d’un identifiant, d’un nom ou d’un id',
    columns: {
      person: 'Personne',
      state: 'Chez le fournisseur d’identité',
      roles: 'Rôles',
      keys: 'Clés actives',
      confirmed: 'Droits confirmés',
    },
    enabled: 'Active',
    disabled: 'Désactivée',
    none: { title: 'Personne ne correspond', text: 'Essayez un autre début.' },
    noRoles: 'Aucun',
    neverRead: 'Jamais',
    shown: (n, isAll) =>
      isAll
        ? count(n, 'personne', 'personnes')
        : `${count(n, 'personne affichée', 'personnes affichées')}, et il y en a d’autres`,
  },
  person: {
    back: 'Toutes les personnes',
    id: 'Id',
    copyId: 'Copier l’id',
    gone: { title: 'Cette personne n’existe pas', text: 'L’adresse est peut-être ancienne ou mal saisie.' },
    since: (day: string) => `Connue depuis le ${day}`,
    rights: 'Droits actuels',
    roles: 'Rôles',
    groups: 'Groupes',
    none: 'Aucun',
    confirmed: (when: string) => `Confirmés par le fournisseur d’identité ${when}`,
    unconfirmed: 'Pas encore confirmés par le fournisseur d’identité',
    leaving: {
      title: 'Ce qui s’arrête si cette personne part',
      lead: 'D’après l’utilisation des 30 derniers jours.',
      nothing: 'Rien : aucune clé n’a servi ces 30 derniers jours.',
      keys: 'Clés utilisées',
      services: 'Services',
      networks: 'Réseaux',
      uses: 'Utilisations par jour',
      any: 'et d’autres peut-être : une clé vaut pour tous les services',
      key: 'Clé',
      accepted: '30 jours',
      used: 'Dernière utilisation',
    },
    keys: 'Clés',
    showKeys: 'Voir les clés',
    showAudit: 'Voir dans l’audit',
    revokeAll: 'Révoquer toutes les clés',
    revokeTitle: (name: string) => `Révoquer toutes les clés de ${name} ?`,
    revokeLead: (n: number) =>
      `${count(n, 'clé est révoquée', 'clés sont révoquées')} partout en une seconde, définitivement.`,
    revoked: (n: number) => `${count(n, 'clé est révoquée', 'clés sont révoquées')}.`,
    erase: 'Effacer',
    eraseTitle: (name: string) => `Effacer ${name} ?`,
    eraseLead:
      'Toutes les clés prennent fin définitivement ; identifiant, nom, rôles, groupes et attributs sont oubliés. L’audit ne garde que l’id. Seule une nouvelle connexion de cette personne ramène le reste.',
    eraseHint: 'Il figure dans l’audit.',
    inUse: (n, uses) =>
      `Ces 30 derniers jours, ${count(n, 'clé a servi', 'clés ont servi')}, environ ${uses} fois par jour.`,
    typeLogin: (login: string) => `Saisissez ${login} pour confirmer`,
    erased: 'La personne est effacée.',
  },

  audit: {
    title: 'Audit',
    lead: 'Qui a fait quoi, de quoi à quoi. Rien ne peut y être modifié ni retiré.',
    loading: 'Chargement de l’audit…',
    action: 'Quoi',
    anyAction: 'Tout',
    actor: 'Qui',
    owner: 'Clé de qui',
    key: 'Clé',
    idHint: 'Identifiant de connexion ou id d’une personne',
    keyHint: 'Id d’une clé',
    from: 'Depuis',
    to: 'Jusqu’à',
    clear: 'Effacer les filtres',
    download: 'Télécharger en NDJSON',
    none: { title: 'Aucune ligne ne correspond', text: 'Effacez des filtres.' },
    columns: { at: 'Quand', who: 'Qui', what: 'Quoi', whose: 'De qui', number: 'N°' },
    shown: (n, isAll, all) => {
      if (all !== undefined) return `${n} sur ${count(all, 'ligne', 'lignes')}`;
      return isAll
        ? count(n, 'ligne', 'lignes')
        : `${count(n, 'ligne affichée', 'lignes affichées')}, et il y en a d’autres`;
    },
    chain: (rows: number) => `${count(rows, 'ligne', 'lignes')}, chacune avec l’empreinte de la précédente`,
    chainText: 'La base refuse d’en modifier ou d’en supprimer. La preuve se fait par',
    last: 'Dernière empreinte',
    copy: 'Copier l’empreinte',
    via: {
      session: 'connecté',
      token: 'par un jeton',
      administrator: 'comme administrateur',
      operator: 'par une commande',
      program: 'de lui-même',
    },
    program: 'Le serveur lui-même',
    operator: 'L’exploitant',
    actions: {
      'keys.imported': 'Clés reprises',
      'owner.erased': 'Personne effacée',
      'owner.rights-changed': 'Droits modifiés',
      'sync.confirmMassChange': 'Changement en masse confirmé',
      'sync.now': 'Synchronisation demandée',
      'sync.pause': 'Synchronisation suspendue',
      'sync.resume': 'Synchronisation reprise',
    },
  },

  sync: {
    title: 'Synchronisation',
    lead: 'Comment les droits des clés suivent le fournisseur d’identité.',
    states: {
      done: 'À jour',
      incomplete: 'Tout le monde n’a pas pu être lu',
      held: 'Retenu : trop de personnes perdraient tout',
      paused: 'Suspendue',
      none: 'Pas encore faite',
    },
    sentence: {
      done: (when: string) => `Tout le monde a été lu ${when}.`,
      incomplete: (n: number) =>
        n === 0
          ? 'Le fournisseur d’identité n’a pas répondu.'
          : `${count(n, 'personne', 'personnes')} n’ont pas pu être lues et gardent les derniers droits confirmés. On réessaie.`,
      held: (n: number) =>
        `${count(n, 'personne', 'personnes')} disparaîtraient ou perdraient tous leurs droits : rien n’a été écrit. Si le fournisseur d’identité a raison, confirmez ; sinon, corrigez-le là-bas.`,
      paused:
        'Aucun droit n’est lu jusqu’à la reprise. Les clés continuent avec les derniers droits confirmés.',
      none: 'Le premier passage n’est pas terminé.',
    },
    now: 'Lire tout le monde',
    pause: 'Suspendre',
    resume: 'Reprendre',
    confirm: 'Confirmer le changement',
    pauseTitle: 'Suspendre la synchronisation ?',
    pauseText:
      'Sur toutes les répliques : qui est désactivé entre-temps garde des clés valables jusqu’à la reprise.',
    confirmTitle: 'Appliquer le changement ?',
    confirmText: (n: number) =>
      `Tout le monde est relu, et ${count(n, 'personne', 'personnes')} peuvent perdre tous leurs droits d’un coup. Leurs clés seront alors refusées.`,
    done: {
      now: 'Tout le monde a été lu.',
      pause: 'Suspendue.',
      resume: 'Reprise.',
      confirmMassChange: 'Le changement s’applique.',
    },
    facts: {
      oldest: 'Droits les plus anciens parmi les clés actives',
      success: 'Dernier passage complet',
      interval: 'Tout le monde est lu toutes les',
      feed: 'Les changements sont vus',
      feedOn: 'en quelques secondes, par les événements',
      feedOff: 'au passage suivant',
      leader: 'Fait par',
      calls: 'Requêtes au fournisseur d’identité depuis le démarrage du serveur',
      failed: (failed: number) => `${count(failed, 'en échec', 'en échec')}`,
      off: 'Jamais : désactivée',
      nobody: 'Personne encore',
    },
    missing: {
      title: 'Ce que le compte de service ne peut pas faire',
      lead: 'Avec ce que cela coûte, et comment l’accorder.',
      none: 'Le compte de service peut tout ce qu’il lui faut.',
      click: 'Dans la console du fournisseur d’identité :',
      role: (role: string) =>
        `Clients → le client de ce service → Service account roles → Assign role → Filter by clients → realm-management ${role} → Assign`,
      events: 'Realm settings → Events → Admin events settings → Save events: on → Save',
      costs: {
        'view-users': 'Personne ne peut être lu : aucun droit ne suit le fournisseur d’identité.',
        'view-realm':
          'Chaque personne est lue séparément, ce qui prend du temps quand elles sont nombreuses.',
        'view-events': 'Les changements sont vus au passage suivant, pas en quelques secondes.',
        'view-clients': 'Les rôles de ce client ne sont pas lus, seulement ceux du royaume.',
        events:
          'Les événements d’administration ne sont pas enregistrés : les changements sont vus au passage suivant.',
      } as ByName,
    },
    passes: {
      title: 'Derniers passages',
      columns: {
        at: 'Quand',
        outcome: 'Résultat',
        took: 'Durée',
        people: 'Personnes',
        changed: 'Changements',
        mode: 'Comment',
      },
      none: 'Aucun encore.',
      modes: { each: 'un par un', lists: 'par listes', events: 'par événements' },
      people: (confirmed: number, owners: number) => `${confirmed} sur ${owners}`,
      outcomes: { done: 'Fait', incomplete: 'Incomplet', held: 'Retenu' },
      milliseconds: (n: number) => `${n} ms`,
      seconds: (n: number) => `${n.toFixed(1)} s`,
    },
  },

  policies: {
    title: 'Règles en vigueur',
    lead: 'Ce qui vaut ici pour tous, avec le réglage qui le décide. Elles sont lues au démarrage du serveur.',
    columns: { policy: 'Règle', value: 'Valeur', setting: 'Réglage' },
    none: 'Aucun',
    rate: (limit: string, period: string) => `${limit} en ${period}`,
    names: {
      APIKM_DEFAULT_APIKEY_TTL_HOUR: 'Durée de vie par défaut d’une clé',
      APIKM_MAX_APIKEY_TTL_HOUR: 'Durée de vie maximale d’une clé',
      APIKM_NEVER_EXPIRES: 'Qui peut créer des clés sans fin',
      APIKM_MAX_KEYS_PER_USER: 'Clés actives par personne',
      APIKM_CREATE_RATE: 'Clés qu’une personne peut créer',
      APIKM_KEYS_IN_URL: 'Les clés peuvent être dans une URL',
      APIKM_SERVICES_ONLY: 'Seulement pour les services du catalogue',
      APIKM_KEY_PREFIX: 'Préfixes des clés, le premier sert à la création',
      APIKM_KEY_HEADERS: 'En-têtes où une clé est lue',
      APIKM_KEY_QUERIES: 'Paramètres où une clé est lue',
      APIKM_RATE_LIMIT: 'Vérifications refusées d’un client',
      APIKM_KEYCLOAK_SYNC_FREQ: 'Intervalle de synchronisation',
      APIKM_SYNC_MAX_STALENESS: 'Les droits non confirmés restent valables pendant',
      APIKM_OAUTH2_ATTRIBUTES: 'Attributs du propriétaire transmis aux services',
      APIKM_ADMIN_ROLE: 'Rôle des administrateurs',
      APIKM_RATE_LIMIT_COUNTS: 'Quelles vérifications y comptent',
      APIKM_USAGE_RETENTION_DAYS: 'Les comptes d’utilisation sont gardés pendant',
      APIKM_UNUSED_DISABLE_DAYS: 'Les clés inutilisées sont désactivées après',
    } as ByName,
    values: {
      'APIKM_NEVER_EXPIRES=all': 'Tout le monde',
      'APIKM_NEVER_EXPIRES=none': 'Personne',
      'APIKM_RATE_LIMIT_COUNTS=failures': 'Les refusées seulement',
      'APIKM_RATE_LIMIT_COUNTS=all': 'Les acceptées aussi',
    } as ByName,
  },
};
