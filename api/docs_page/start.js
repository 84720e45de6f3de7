/* Shows the service's own description of itself. */

window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#interface",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  // Swagger UI would otherwise ask an outside service whether the description is valid.
  validatorUrl: null,
});
