/** Must be imported before the panel: a page whose reader writes figures as in Russian. */
document.documentElement.dataset['locale'] = 'ru';
