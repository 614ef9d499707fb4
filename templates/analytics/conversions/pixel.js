/* TrendDrop: counts visits and conversions of this website. No cookies; nothing is stored before TrendDrop.consent(true). */
(function () {
  "use strict";
  var needsConsent = {{ needs_consent }};
  var tell = "{{ address }}";
  var STORED = "td_visitor";
  var refused = navigator.doNotTrack === "1" || window.doNotTrack === "1" || navigator.globalPrivacyControl === true;
  var agreed = !refused && !needsConsent;
  var visited = false;

  function stored() { try { return localStorage.getItem(STORED) || ""; } catch (_error) { return ""; } }
  function forget() { try { localStorage.removeItem(STORED); } catch (_error) { /* no storage, nothing to forget */ } }
  function random() {
    var bytes = crypto.getRandomValues(new Uint8Array(16)), text = "";
    for (var at = 0; at < bytes.length; at += 1) text += ("0" + bytes[at].toString(16)).slice(-2);
    return text;
  }
  function visitor() {
    if (!agreed) return "";
    var known = stored();
    if (known) return known;
    known = random();
    try { localStorage.setItem(STORED, known); } catch (_error) { return ""; }
    return known;
  }
  function host(address) { try { return new URL(address).hostname.replace(/^www\./, ""); } catch (_error) { return ""; } }
  function param(name) {
    var found = new RegExp("[?&]" + name + "=([^&#]*)").exec(location.search);
    try { return found ? decodeURIComponent(found[1].replace(/\+/g, " ")).slice(0, 200) : ""; } catch (_error) { return ""; }
  }
  function source() {
    var from = host(document.referrer);
    return {
      source: param("utm_source"), campaign: param("utm_campaign"), link: param("td_link"),
      referrer: from === host(location.href) ? "" : from
    };
  }
  function isArrival(told) { return !document.referrer || told.referrer || told.source || told.link; }
  function send(said) {
    var told = source();
    for (var name in told) said[name] = told[name];
    said.visitor = visitor();
    var body = JSON.stringify(said);
    if (!(navigator.sendBeacon && navigator.sendBeacon(tell, body))) {
      try { fetch(tell, { method: "POST", body: body, keepalive: true, credentials: "omit", mode: "no-cors" }); } catch (_error) { /* the page matters more */ }
    }
  }

  var waiting = window.TrendDrop && window.TrendDrop.q || [];
  window.TrendDrop = {
    /** Called by the site's own consent banner: true stores a random id of this site, false removes it. */
    consent: function (yes) {
      if (!yes) { agreed = false; forget(); return; }
      if (refused) return;
      var was = agreed;
      agreed = true;
      if (!was && isArrival(source())) send({ kind: visited ? "agreed" : "visit" });
    },
    /** TrendDrop.convert("purchase", {id: "1001", value: 499, currency: "INR"}) */
    convert: function (type, what) {
      what = what || {};
      send({ kind: "convert", type: type, id: String(what.id || random()), value: what.value == null ? "" : String(what.value), currency: what.currency || "" });
    },
    /** What to hand to a checkout (Stripe: client_reference_id; Shopify: the cart attribute td_visitor); "" without consent. */
    visitor: visitor
  };
  if (stored() && !refused) agreed = true;
  if (refused) forget();
  if (isArrival(source())) { send({ kind: "visit" }); visited = true; }
  for (var at = 0; at < waiting.length; at += 1) window.TrendDrop[waiting[at][0]].apply(null, waiting[at].slice(1));
})();
