import type { FailureTexts } from './en.js';

export const fr: FailureTexts = {
  titles: {
    NOT_AUTHENTICATED: 'Vous n’êtes pas connecté',
    OWNER_DISABLED: 'Votre compte est désactivé',
    LOGIN_REFUSED: 'La connexion a échoué',
    IDENTITY_PROVIDER_UNAVAILABLE: 'La connexion est indisponible pour le moment',
    IDENTITY_PROVIDER_MISCONFIGURED: 'La connexion est mal configurée',
  },
  titlesByStatus: {
    401: 'Il faut se connecter',
    403: 'Ce n’est pas permis',
    404: 'Cette page n’existe pas',
    429: 'Trop de requêtes',
    503: 'Indisponible pour le moment',
    500: 'Un problème est survenu ici',
  },
  otherTitle: 'Cela n’a pas fonctionné',

  sentences: {
    NOT_AUTHENTICATED: 'Pour voir cette page, connectez-vous d’abord.',
    OWNER_DISABLED:
      'Votre compte est désactivé chez le fournisseur d’identité. Adressez-vous à la personne qui gère les comptes.',
    NOT_FOUND: 'L’adresse est peut-être ancienne ou mal saisie.',
    INTERNAL: 'Vous n’y êtes pour rien. Réessayez et, si cela persiste, prévenez l’exploitant.',
    METHOD_NOT_ALLOWED: 'Cette adresse ne s’ouvre pas ainsi. Partez de la page d’accueil.',
  },

  login: {
    answerRefused: 'La réponse du fournisseur d’identité n’a pas été acceptée. Recommencez la connexion.',
    answerUnfit:
      'Ce service ne peut pas utiliser la réponse du fournisseur d’identité et réessayer n’y changera rien. Prévenez l’exploitant : le journal dit pourquoi.',
    notPending: 'Cette connexion a expiré ou a été commencée dans un autre navigateur. Recommencez-la.',
    clocksDiffer:
      'Les horloges de ce service et du fournisseur d’identité diffèrent. Prévenez l’exploitant de ce service.',
    refused: (told) =>
      `Le fournisseur d’identité ne vous a pas connecté${told && ` : ${told}`}. Recommencez la connexion.`,
    refusedRequest: (told) =>
      `Le fournisseur d’identité n’accepte pas la demande de connexion de ce service : ${told}. Réessayer n’y changera rien. Prévenez l’exploitant de ce service.`,
    away: 'Le fournisseur d’identité est injoignable. Réessayez dans un instant.',
    misconfigured:
      'La connexion est mal configurée ici et réessayer n’y changera rien. Prévenez l’exploitant : le journal dit ce qu’il faut corriger.',
    rightsUnread:
      'Vos droits n’ont pas pu être lus chez le fournisseur d’identité. Réessayez dans un instant.',
    rightsHidden:
      'Vos droits n’ont pas pu être lus, car le fournisseur d’identité ne laisse pas ce service les voir. Prévenez l’exploitant.',
  },
  foreignChange:
    'Les modifications avec le cookie de session ne sont acceptées que depuis les pages de ce service. Depuis un programme, envoyez un jeton d’accès : Authorization: Bearer …',
  foreignLogout: 'Déconnectez-vous depuis les pages de ce service.',
  adminOnly: (role) => `Il faut pour cela le rôle ${role} chez le fournisseur d’identité.`,
  tooOften: (limit, seconds, wait) =>
    `Trop de requêtes : au plus ${limit} en ${seconds} s. Réessayez dans ${wait} s.`,
  databaseReadOnly:
    'La base de données n’accepte pas de modifications pour le moment. Réessayez plus tard ; les clés continuent de fonctionner.',
  databaseAway: 'La base de données ne répond pas pour le moment. Réessayez dans un instant.',
  notBuilt: 'Les pages ne sont pas construites : lancez npm run build.',

  links: {
    home: 'Vers la page d’accueil',
    logIn: 'Se connecter',
    logOut: 'Se déconnecter',
    tryAgain: 'Réessayer',
  },
  forOperator: (requestId, code) => `Pour l’exploitant : requête ${requestId}, ${code}`,
};
