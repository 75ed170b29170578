/** As in English, for every error that a page can be answered with: the server speaks English alone. */
export const PROBLEMS_FR: Readonly<Record<string, string>> = {
  NO_ANSWER: 'Le serveur n’a pas répondu. Vérifiez votre connexion et réessayez.',
  UNEXPECTED:
    'Un problème est survenu dans cette page. Rechargez-la et, si cela persiste, prévenez l’exploitant.',
  NOT_AUTHENTICATED: 'Vous n’êtes pas connecté.',
  OWNER_DISABLED:
    'Votre compte est désactivé chez le fournisseur d’identité. Adressez-vous à l’administrateur des comptes.',
  IDENTITY_PROVIDER_UNAVAILABLE:
    'Le fournisseur d’identité est injoignable pour le moment et vos droits ne peuvent être confirmés. Réessayez dans un instant.',
  DATABASE_UNAVAILABLE: 'La base de données du service ne répond pas. Réessayez dans un instant.',
  KEY_NOT_FOUND: 'Cette clé n’existe pas ou n’est pas à vous.',
  FORBIDDEN: 'Vous n’avez pas les droits nécessaires.',
  INTERNAL: 'Un problème est survenu sur le serveur. Réessayez et, si cela persiste, prévenez l’exploitant.',
  TOO_MANY_KEYS:
    'Vous avez autant de clés actives que permis ici. Révoquez-en une dont vous n’avez plus besoin.',
  RATE_LIMITED: 'Vous avez créé autant de clés que permis pour le moment. Réessayez plus tard.',
  LIFETIME_TOO_LONG: 'C’est plus long que permis ici.',
  ALREADY_OVER: 'Cette date est passée.',
  NEVER_EXPIRES_NOT_ALLOWED: 'Vous ne pouvez pas créer de clé sans fin ici.',
  ROLE_NOT_HELD: 'Vous n’avez pas, ou plus, l’un de ces rôles.',
  AUDIENCE_NOT_OFFERED: 'Ici, les clés ne sont faites que pour les services du catalogue.',
  CONFIG_TOO_LARGE: 'La configuration dépasse 8 Kio.',
  DATABASE_READ_ONLY:
    'La base de données du service n’accepte que des lectures pour le moment. Réessayez dans un instant.',
  IDENTITY_PROVIDER_MISCONFIGURED:
    'Le service est mal relié au fournisseur d’identité. Prévenez l’exploitant.',
  LOOKUP_UNAVAILABLE: 'La clé ne peut pas être vérifiée pour le moment. Réessayez dans un instant.',
  ADMIN_ONLY: 'Cette page est réservée aux administrateurs.',
  FOREIGN_PAGE: 'La demande vient d’un autre site et n’est pas acceptée. Rechargez cette page et réessayez.',
  OWNER_NOT_FOUND: 'Aucune personne avec cet id n’est jamais venue ici.',
  CHANGED_MEANWHILE: 'La clé a changé entre-temps. Rechargez la page et réessayez.',
  WIDER_THAN_BEFORE:
    'Les rôles, services et portées ne peuvent être que réduits : qui détient la clé pourrait en faire plus. Pour plus de droits, créez une autre clé.',
  KEY_OVER: 'Cette clé est terminée. Renouvelez-la ou créez-en une autre.',
  KEY_REVOKED: 'Cette clé est révoquée.',
  KEY_NOT_LIVE: 'Seule une clé active peut être remplacée. Créez-en une autre.',
  REVOKED_FOR_GOOD:
    'Cette clé a été remplacée, ou quelqu’un d’autre que vous y a mis fin : elle reste terminée. Créez-en une autre.',
  DISABLED_BY_ADMINISTRATOR: 'Un administrateur a désactivé cette clé ; lui seul peut la réactiver.',
  ALREADY_ROTATED: 'Cette clé a déjà été remplacée par une autre.',
  STILL_ROTATING: 'La clé que celle-ci remplace n’est pas encore terminée. Révoquez d’abord l’ancienne.',
  SYNC_OFF: 'La synchronisation est désactivée par les réglages du service.',
  SYNC_PAUSED: 'La synchronisation est en pause. Reprenez-la d’abord.',
  LIFETIME_AMBIGUOUS: 'Choisissez une seule fin pour la clé.',
  INVALID_CONFIG: 'La configuration n’est pas un objet JSON que le service peut garder.',
  INVALID_REQUIREMENT:
    'Une exigence s’écrit role:NOM, group:NOM ou scope:NOM ; plusieurs sont séparées par des virgules.',
  CONTENT_TOO_LARGE: 'C’est trop long pour être envoyé.',
};
