// The address a link is really at: codes in capitals, aliases in small letters, folders with their slash. The same rule as
// `canonical_path` in chalicelib/local/web.py; a test compares both.
function handler(event) {
  var request = event.request;
  var moved = canonicalPath(request.uri);
  if (moved !== request.uri) {
    return {
      statusCode: 301,
      statusDescription: "Moved Permanently",
      headers: {
        location: { value: moved + queryOf(request.querystring) },
        "cache-control": { value: "public, max-age=300" },
      },
    };
  }
  if (moved.endsWith("/")) {
    request.uri = moved + "index.html";
  }
  return request;
}

function canonicalPath(path) {
  var parts = path.split("/");
  var link = parts.length === 3 || (parts.length === 4 && parts[3] === "");
  if (link && parts[1].toLowerCase() === "r" && parts[2] !== "") {
    var name = linkName(parts[2]);
    return name ? "/r/" + name + "/" : path;
  }
  return FOLDERS.indexOf(path) >= 0 ? path + "/" : path;
}

var FOLDERS = [
  "/admin",
  "/leaderboard",
  "/leaderboard/all",
  "/leaderboard/embed",
  "/leaderboard/month",
  "/leaderboard/year",
  "/r",
  "/share",
  "/thanks",
  "/thanks-to",
];

function linkName(typed) {
  var text;
  try {
    text = decodeURIComponent(typed);
  } catch (error) {
    return null;
  }
  var code = text.replace(/[\s-]/g, "").toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1");
  if (/^[0-9A-HJKMNP-TV-Z]{8}$/.test(code)) {
    return code;
  }
  var alias = text.trim().toLowerCase();
  return /^[a-z0-9][a-z0-9-]{1,38}[a-z0-9]$/.test(alias) ? alias : null;
}

// CloudFront hands the query over in parts: {name: {value, multiValue?: [{value}]}}, still encoded.
function queryOf(querystring) {
  var pairs = [];
  Object.keys(querystring).forEach(function (name) {
    var entry = querystring[name];
    (entry.multiValue || [entry]).forEach(function (one) {
      pairs.push(one.value === "" ? name : name + "=" + one.value);
    });
  });
  return pairs.length ? "?" + pairs.join("&") : "";
}
