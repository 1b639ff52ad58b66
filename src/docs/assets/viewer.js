const viewer = document.getElementById('viewer');

window.SwaggerUIBundle({
  domNode: viewer,
  url: viewer.dataset.contract,
  deepLinking: true,
  docExpansion: 'list',
  tryItOutEnabled: true,
  displayRequestDuration: true,
  // No external validator is called, and no token is kept.
  validatorUrl: null,
  persistAuthorization: false,
});
