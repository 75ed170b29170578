import type { Refusals } from './refusals.js';

export const REFUSALS_FR: Refusals = {
  REVOKED: {
    title: 'La clé était révoquée',
    text: () => 'La clé est révoquée.',
    remedy: 'Créez une nouvelle clé et mettez-la à la place de celle-ci.',
  },
  DISABLED: {
    title: 'La clé était désactivée',
    text: () => 'La clé est désactivée.',
    remedy: 'Réactivez-la, sur sa page ou dans la liste de vos clés.',
  },
  EXPIRED: {
    title: 'La clé avait pris fin',
    text: () => 'La clé a pris fin.',
    remedy: 'Donnez-lui une fin plus tardive, ou créez-en une autre.',
  },
  OWNER_DISABLED: {
    title: 'Votre compte était désactivé',
    text: () => 'Votre compte est désactivé.',
    remedy: 'Adressez-vous à l’administrateur des comptes.',
  },
  RIGHTS_TOO_OLD: {
    title: 'Vos droits n’ont pas pu être confirmés depuis trop longtemps',
    text: () => 'Vos droits n’ont pas pu être confirmés depuis trop longtemps.',
    remedy:
      'Elle passera de nouveau dès que le fournisseur d’identité répondra. Prévenez l’exploitant si cela dure.',
  },
  URL_NOT_ALLOWED: {
    title: 'La clé était dans une URL',
    text: () => 'La clé figurait dans l’URL, ce qui ne lui est pas permis.',
    remedy: 'Envoyez-la dans un en-tête, ou admettez-la dans les URL si l’outil ne peut rien d’autre.',
  },
  CONTEXT_REQUIRED: {
    title: 'Il manquait une information dont une limite a besoin',
    text: () => 'La clé a une limite sur laquelle le service ne nous a rien dit.',
    remedy:
      'Retirez cette limite, ou demandez à l’exploitant que la passerelle transmette l’adresse, la page ou la méthode qu’elle regarde.',
  },
  IP_NOT_ALLOWED: {
    title: 'Elle venait d’un autre réseau',
    text: () => 'La requête venait d’un réseau qui n’est pas parmi ceux de la clé.',
    remedy: 'Ajoutez ce réseau aux limites de la clé, s’il est à vous.',
  },
  REFERER_NOT_ALLOWED: {
    title: 'Une autre page l’a utilisée',
    text: () => 'La requête venait d’une page qui n’est pas parmi celles de la clé, ou d’aucune page.',
    remedy: 'Ajoutez l’hôte de la page aux limites de la clé, s’il est à vous.',
  },
  METHOD_NOT_ALLOWED: {
    title: 'La méthode n’est pas permise',
    text: () => 'La clé ne permet pas la méthode de la requête.',
    remedy: 'Permettez la méthode dans les limites de la clé, si l’outil en a besoin.',
  },
  AUDIENCE_NOT_ALLOWED: {
    title: 'Elle n’est pas pour ce service',
    text: (service) =>
      service
        ? `La clé n’est pas pour le service ${service}.`
        : 'La clé est pour certains services, et celui-ci n’a pas dit lequel il est.',
    remedy:
      'Créez une clé pour ce service, ou faites que sa passerelle nomme le bon : on ne peut que réduire les services d’une clé.',
  },
  INSUFFICIENT_RIGHTS: {
    title: 'Le service demande plus que la clé ne peut',
    text: (_, requirement) =>
      requirement
        ? `Le service demande ${requirement}, que la clé n’a pas.`
        : 'Le service demande un rôle ou une portée que la clé n’a pas.',
    remedy: 'Créez une clé qui l’a ; si ce n’est pas parmi vos rôles, demandez-le.',
  },
  RATE_LIMITED: {
    title: 'Elle a servi plus souvent que permis',
    text: () => 'La clé a servi plus souvent que permis.',
    remedy: 'Attendez la fin de la période, ralentissez l’outil, ou augmentez le débit de cette clé.',
  },
  REFUSED: {
    title: 'Elle a été refusée',
    text: () => 'La clé n’a pas été acceptée.',
    remedy: 'La raison n’a pas été conservée.',
  },
};
