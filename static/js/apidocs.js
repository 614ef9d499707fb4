// The API's description, to read and to try. Everything comes from here; whoever is signed in asks as themselves.
const place = document.getElementById("apidocs");

globalThis.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  filter: true,
  persistAuthorization: false,
  validatorUrl: null,
  tryItOutEnabled: false,
  requestInterceptor: (request) => {
    if (!["GET", "HEAD"].includes(request.method ?? "GET")) request.headers["X-CSRFToken"] = place.dataset.csrf;
    return request;
  },
});
