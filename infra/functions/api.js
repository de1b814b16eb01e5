// The address of who asks. Whatever a viewer writes into this header is replaced, and the API is reached by CloudFront
// only, so limits by address cannot be walked around.
function handler(event) {
  var request = event.request;
  request.headers["true-client-ip"] = { value: event.viewer.ip };
  return request;
}
