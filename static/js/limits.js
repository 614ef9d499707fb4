// Lengths as the platforms count them, for live counters. trenddrop/core/platforms counts the same; a test compares both.

export const limits = {
  "tiktok": {"name": "TikTok", "title": null, "text": 2200, "unit": "utf16", "bytes": null, "hashtags": null, "mentions": null, "tags": null, "forbidden": ""},
  "youtube": {"name": "YouTube", "title": 100, "text": 5000, "unit": "bytes", "bytes": null, "hashtags": 15, "mentions": null, "tags": 500, "forbidden": "<>"},
  "instagram": {"name": "Instagram", "title": null, "text": 2200, "unit": "utf16", "bytes": null, "hashtags": 30, "mentions": 20, "tags": null, "forbidden": ""},
  "x": {"name": "X", "title": null, "text": 280, "unit": "weighted", "bytes": null, "hashtags": null, "mentions": null, "tags": null, "forbidden": ""},
  "bluesky": {"name": "Bluesky", "title": null, "text": 300, "unit": "graphemes", "bytes": 3000, "hashtags": null, "mentions": null, "tags": null, "forbidden": ""},
  "mastodon": {"name": "Mastodon", "title": null, "text": 500, "unit": "mastodon", "bytes": null, "hashtags": null, "mentions": null, "tags": null, "forbidden": ""},
  "threads": {"name": "Threads", "title": null, "text": 500, "unit": "threads", "bytes": null, "hashtags": 1, "mentions": null, "tags": null, "forbidden": ""},
  "facebook": {"name": "Facebook", "title": null, "text": 63206, "unit": "chars", "bytes": null, "hashtags": null, "mentions": null, "tags": null, "forbidden": ""},
  "linkedin": {"name": "LinkedIn", "title": null, "text": 3000, "unit": "linkedin", "bytes": null, "hashtags": null, "mentions": null, "tags": null, "forbidden": ""},
  "pinterest": {"name": "Pinterest", "title": 100, "text": 800, "unit": "chars", "bytes": null, "hashtags": null, "mentions": null, "tags": null, "forbidden": ""},
  "telegram": {"name": "Telegram", "title": null, "text": 4096, "unit": "utf16", "bytes": null, "hashtags": null, "mentions": null, "tags": null, "forbidden": ""},
  "discord": {"name": "Discord", "title": null, "text": 2000, "unit": "chars", "bytes": null, "hashtags": null, "mentions": null, "tags": null, "forbidden": ""},
  "webhook": {"name": "Webhook", "title": null, "text": 100000, "unit": "chars", "bytes": null, "hashtags": null, "mentions": null, "tags": null, "forbidden": ""},
  "wordpress": {"name": "WordPress", "title": 200, "text": 100000, "unit": "chars", "bytes": null, "hashtags": null, "mentions": null, "tags": null, "forbidden": ""},
  "spill": {"name": "Spill", "title": null, "text": 500, "unit": "chars", "bytes": null, "hashtags": null, "mentions": null, "tags": null, "forbidden": ""},
  "fanbase": {"name": "FanBase", "title": null, "text": 2200, "unit": "chars", "bytes": null, "hashtags": null, "mentions": null, "tags": null, "forbidden": ""},
  "practice": {"name": "Practice network", "title": null, "text": 500, "unit": "graphemes", "bytes": null, "hashtags": null, "mentions": null, "tags": null, "forbidden": ""}
};

const TLDS = new Set(`
aaa aarp abarth abb abbott abbvie abc able abogado abudhabi ac academy accenture accountant accountants aco
active actor ad adac ads adult ae aeg aero aetna af afamilycompany afl africa ag agakhan agency ai aig aigo
airbus airforce airtel akdn al alfaromeo alibaba alipay allfinanz allstate ally alsace alstom am
americanexpress americanfamily amex amfam amica amsterdam an analytics android anquan anz ao aol apartments
app apple aq aquarelle ar arab aramco archi army arpa art arte as asda asia associates at athleta attorney
au auction audi audible audio auspost author auto autos avianca aw aws ax axa az azure ba baby baidu
banamex bananarepublic band bank bar barcelona barclaycard barclays barefoot bargains baseball basketball
bauhaus bayern bb bbc bbt bbva bcg bcn bd be beats beauty beer bentley berlin best bestbuy bet bf bg bh
bharti bi bible bid bike bing bingo bio biz bj bl black blackfriday blanco blockbuster blog bloomberg blue
bm bms bmw bn bnl bnpparibas bo boats boehringer bofa bom bond boo book booking boots bosch bostik boston
bot boutique box bq br bradesco bridgestone broadway broker brother brussels bs bt budapest bugatti build
builders business buy buzz bv bw by bz bzh ca cab cafe cal call calvinklein cam camera camp cancerresearch
canon capetown capital capitalone car caravan cards care career careers cars cartier casa case caseih cash
casino cat catering catholic cba cbn cbre cbs cc cd ceb center ceo cern cf cfa cfd cg ch chanel channel
charity chase chat cheap chintai chloe christmas chrome chrysler church ci cipriani circle cisco citadel
citi citic city cityeats ck cl claims cleaning click clinic clinique clothing cloud club clubmed cm cn co
coach codes coffee college cologne com comcast commbank community company compare computer comsec condos
construction consulting contact contractors cooking cookingchannel cool coop corsica country coupon coupons
courses cpa cr credit creditcard creditunion cricket crown crs cruise cruises csc cu cuisinella cv cw cx cy
cymru cyou cz dabur dad dance data date dating datsun day dclk dds de deal dealer deals degree delivery
dell deloitte delta democrat dental dentist desi design dev dhl diamonds diet digital direct directory
discount discover dish diy dj dk dm dnp do docs doctor dodge dog doha domains doosan dot download drive dtv
dubai duck dunlop duns dupont durban dvag dvr dz earth eat ec eco edeka edu education ee eg eh email emerck
energy engineer engineering enterprises epost epson equipment er ericsson erni es esq estate esurance et
etisalat eu eurovision eus events everbank exchange expert exposed express extraspace fage fail fairwinds
faith family fan fans farm farmers fashion fast fedex feedback ferrari ferrero fi fiat fidelity fido film
final finance financial fire firestone firmdale fish fishing fit fitness fj fk flickr flights flir florist
flowers flsmidth fly fm fo foo food foodnetwork football ford forex forsale forum foundation fox fr free
fresenius frl frogans frontdoor frontier ftr fujitsu fujixerox fun fund furniture futbol fyi ga gal gallery
gallo gallup game games gap garden gay gb gbiz gd gdn ge gea gent genting george gf gg ggee gh gi gift
gifts gives giving gl glade glass gle global globo gm gmail gmbh gmo gmx gn godaddy gold goldpoint golf goo
goodhands goodyear goog google gop got gov gp gq gr grainger graphics gratis green gripe grocery group gs
gt gu guardian gucci guge guide guitars guru gw gy hair hamburg hangout haus hbo hdfc hdfcbank health
healthcare help helsinki here hermes hgtv hiphop hisamitsu hitachi hiv hk hkt hm hn hockey holdings holiday
homedepot homegoods homes homesense honda honeywell horse hospital host hosting hot hoteles hotels hotmail
house how hr hsbc ht htc hu hughes hyatt hyundai ibm icbc ice icu id ie ieee ifm iinet ikano il im imamat
imdb immo immobilien in inc industries infiniti info ing ink institute insurance insure int intel
international intuit investments io ipiranga iq ir irish is iselect ismaili ist istanbul it itau itv iveco
iwc jaguar java jcb jcp je jeep jetzt jewelry jio jlc jll jm jmp jnj jo jobs joburg jot joy jp jpmorgan
jprs juegos juniper kaufen kddi ke kerryhotels kerrylogistics kerryproperties kfh kg kh ki kia kim kinder
kindle kitchen kiwi km kn koeln komatsu kosher kp kpmg kpn kr krd kred kuokgroup kw ky kyoto kz la lacaixa
ladbrokes lamborghini lamer lancaster lancia lancome land landrover lanxess lasalle lat latino latrobe law
lawyer lb lc lds lease leclerc lefrak legal lego lexus lgbt li liaison lidl life lifeinsurance lifestyle
lighting like lilly limited limo lincoln linde link lipsy live living lixil lk llc llp loan loans locker
locus loft lol london lotte lotto love lpl lplfinancial lr ls lt ltd ltda lu lundbeck lupin luxe luxury lv
ly ma macys madrid maif maison makeup man management mango map market marketing markets marriott marshalls
maserati mattel mba mc mcd mcdonalds mckinsey md me med media meet melbourne meme memorial men menu meo
merckmsd metlife mf mg mh miami microsoft mil mini mint mit mitsubishi mk ml mlb mls mm mma mn mo mobi
mobile mobily moda moe moi mom monash money monster montblanc mopar mormon mortgage moscow moto motorcycles
mov movie movistar mp mq mr ms msd mt mtn mtpc mtr mu museum mutual mutuelle mv mw mx my mz na nab nadex
nagoya name nationwide natura navy nba nc ne nec net netbank netflix network neustar new newholland news
next nextdirect nexus nf nfl ng ngo nhk ni nico nike nikon ninja nissan nissay nl no nokia
northwesternmutual norton now nowruz nowtv np nr nra nrw ntt nu nyc nz obi observer off office okinawa
olayan olayangroup oldnavy ollo om omega one ong onion onl online onyourside ooo open oracle orange org
organic orientexpress origins osaka otsuka ott ovh pa page pamperedchef panasonic panerai paris pars
partners parts party passagens pay pccw pe pet pf pfizer pg ph pharmacy phd philips phone photo photography
photos physio piaget pics pictet pictures pid pin ping pink pioneer pizza pk pl place play playstation
plumbing plus pm pn pnc pohl poker politie porn post pr pramerica praxi press prime pro prod productions
prof progressive promo properties property protection pru prudential ps pt pub pw pwc py qa qpon quebec
quest qvc racing radio raid re read realestate realtor realty recipes red redstone redumbrella rehab reise
reisen reit reliance ren rent rentals repair report republican rest restaurant review reviews rexroth rich
richardli ricoh rightathome ril rio rip rmit ro rocher rocks rodeo rogers room rs rsvp ru rugby ruhr run rw
rwe ryukyu sa saarland safe safety sakura sale salon samsclub samsung sandvik sandvikcoromant sanofi sap
sapo sarl sas save saxo sb sbi sbs sc sca scb schaeffler schmidt scholarships school schule schwarz science
scjohnson scor scot sd se search seat secure security seek select sener services ses seven sew sex sexy sfr
sg sh shangrila sharp shaw shell shia shiksha shoes shop shopping shouji show showtime shriram si silk sina
singles site sj sk ski skin sky skype sl sling sm smart smile sn sncf so soccer social softbank software
sohu solar solutions song sony soy space spiegel sport spot spreadbetting sr srl srt ss st stada staples
star starhub statebank statefarm statoil stc stcgroup stockholm storage store stream studio study style su
sucks supplies supply support surf surgery suzuki sv swatch swiftcover swiss sx sy sydney symantec systems
sz tab taipei talk taobao target tatamotors tatar tattoo tax taxi tc tci td tdk team tech technology tel
telecity telefonica temasek tennis teva tf tg th thd theater theatre tiaa tickets tienda tiffany tips tires
tirol tj tjmaxx tjx tk tkmaxx tl tm tmall tn to today tokyo tools top toray toshiba total tours town toyota
toys tp tr trade trading training travel travelchannel travelers travelersinsurance trust trv tt tube tui
tunes tushu tv tvs tw tz ua ubank ubs uconnect ug uk um unicom university uno uol ups us uy uz va vacations
vana vanguard vc ve vegas ventures verisign versicherung vet vg vi viajes video vig viking villas vin vip
virgin visa vision vista vistaprint viva vivo vlaanderen vn vodka volkswagen volvo vote voting voto voyage
vu vuelos wales walmart walter wang wanggou warman watch watches weather weatherchannel webcam weber
website wed wedding weibo weir wf whoswho wien wiki williamhill win windows wine winners wme wolterskluwer
woodside work works world wow ws wtc wtf xbox xerox xfinity xihuan xin xperia xxx xyz yachts yahoo yamaxun
yandex ye yodobashi yoga yokohama you youtube yt yun za zappos zara zero zip zippo zm zone zuerich zw
`.trim().split(/\s+/));

const LATIN = "\\u00c0-\\u024f";
const LABEL = `[a-z0-9${LATIN}](?:[a-z0-9_${LATIN}-]*[a-z0-9${LATIN}])?`;
const PATH = `a-z0-9!*';:=+,.$/%#\\[\\]\\u2013_~@|&${LATIN}\\u0400-\\u04ff-`;
const ADDRESS = new RegExp(
  "(?<before>^|[^A-Za-z0-9@＠$#＃])" +
    "(?<scheme>https?:\\/\\/)?" +
    `(?<domain>(?:${LABEL}\\.)+[a-z]{2,24}(?![a-z0-9@+-]))` +
    "(?::[0-9]+)?" +
    `(?<path>\\/[${PATH}]*(?:\\([${PATH}]+\\)[${PATH}]*)*(?<=[a-z0-9=_#/+)${LATIN}\\u0400-\\u04ff-]))?` +
    "(?<query>\\?[a-z0-9!?*'@();:&=+$/%#\\[\\]_.,~|-]*[a-z0-9_&=#/-])?",
  "gid",
);
const REMOTE_MENTION = /((?:^|[^/\p{L}\p{N}_])@[A-Za-z0-9_]+)@[A-Za-z0-9.-]+[A-Za-z0-9]+/gu;
const EMOJI = /\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[0-9#*]\ufe0f?\u20e3/u;
const HASHTAG = /(?<![\p{L}\p{N}_&/#])#([\p{L}\p{M}\p{N}_]+)/gu;
const MENTION = /(?<![\p{L}\p{N}_/@.])@[\p{L}\p{N}_.]*[\p{L}\p{N}_]/gu;
const ACCOUNT = /(?<![\p{L}\p{N}_/@.])@([\p{L}\p{N}_.@-]*[\p{L}\p{N}_])/gu;
const LINK_LENGTH = 23;
const LIGHT = [[0, 4351], [8192, 8205], [8208, 8223], [8242, 8247]];
const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const encoder = new TextEncoder();

export const graphemes = (text) => Array.from(segmenter.segment(text), (part) => part.segment);

function knownDomain(domain) {
  const labels = domain.split(".");
  while (labels.length > 1 && !TLDS.has(labels.at(-1).toLowerCase())) labels.pop();
  return labels.length > 1 ? labels.join(".") : "";
}

function link(match) {
  const { before, scheme, domain, path } = match.groups;
  const known = knownDomain(domain);
  const hasScheme = scheme !== undefined;
  if (!known || (!hasScheme && before && "-_./".includes(before))) return null;
  const at = match.indices.groups;
  const whole = known.length === domain.length && (hasScheme || path);
  return {
    start: hasScheme ? at.scheme[0] : at.domain[0],
    end: whole ? match.index + match[0].length : at.domain[0] + known.length,
    hasScheme,
  };
}

export function findLinks(text) {
  const found = [];
  let position = 0;
  for (;;) {
    ADDRESS.lastIndex = position;
    const match = ADDRESS.exec(text);
    if (!match) return found;
    const one = link(match);
    if (one) found.push(one);
    position = Math.max(one ? one.end : match.indices.groups.domain[1], match.index + 1);
  }
}

const utf16 = (text) => text.length;
const bytes = (text) => encoder.encode(text).length;
const chars = (text) => Array.from(text).length;
const sum = (parts, weigh) => parts.reduce((total, part) => total + weigh(part), 0);

function characterWeight(character) {
  const code = character.codePointAt(0);
  return LIGHT.some(([first, last]) => first <= code && code <= last) ? 1 : 2;
}

function graphemeWeight(part) {
  const several = part.length > String.fromCodePoint(part.codePointAt(0)).length;
  if (EMOJI.test(part) && (several || part.codePointAt(0) > LIGHT[0][1])) return 2;
  return sum(Array.from(part), characterWeight);
}

function weighted(raw) {
  const text = raw.normalize("NFC");
  let total = 0;
  let position = 0;
  for (const { start, end } of findLinks(text)) {
    total += sum(graphemes(text.slice(position, start)), graphemeWeight) + LINK_LENGTH;
    position = end;
  }
  return total + sum(graphemes(text.slice(position)), graphemeWeight);
}

function mastodon(text) {
  let shown = "";
  let position = 0;
  for (const { start, end, hasScheme } of findLinks(text)) {
    if (!hasScheme) continue;
    shown += text.slice(position, start) + "x".repeat(LINK_LENGTH);
    position = end;
  }
  return graphemes((shown + text.slice(position)).replace(REMOTE_MENTION, "$1")).length;
}

const counters = {
  utf16,
  bytes,
  chars,
  weighted,
  mastodon,
  graphemes: (text) => graphemes(text).length,
  threads: (text) => sum(graphemes(text), (part) => (EMOJI.test(part) ? bytes(part) : chars(part))),
  linkedin: (text) => text.length + (text.match(/[\\|{}@[\]()<>#*_~]/g) ?? []).length,
};

// The length of text as the platform counts it.
export const measure = (key, text) => counters[limits[key].unit](text);

// The length of a title as the platforms count it.
export const measureTitle = utf16;

function normalHashtag(tag) {
  const bare = tag.replace(/[^\p{L}\p{M}\p{N}_]+/gu, "");
  return /^\p{N}*$/u.test(bare) || !bare.replaceAll("_", "") ? "" : bare;
}

// The tags as people write them: # begins one, and commas separate; between commas several words are one tag.
export function writtenHashtags(words) {
  const pieces = words.split(/[,;،，、\r\n]+/).map((piece) => piece.split("#"));
  const found = pieces.length > 1
    ? pieces.flat().map((part) => part.replace(/\s+/g, ""))
    : pieces[0].flatMap((part) => part.split(/\s+/));
  return found.filter(Boolean);
}

const normalMention = (name) => name.replace(/[^\p{L}\p{M}\p{N}_.@-]+/gu, "").replace(/^[.@-]+|[.@-]+$/g, "");

// The text as sent and counted: text, call to action, the accounts and hashtags the text does not hold yet, a label.
export function compose({ text, hashtags = [], callToAction = "", mentions = [], label = "" }) {
  const named = new Set(Array.from(text.matchAll(ACCOUNT), (match) => match[1].toLowerCase()));
  const people = [];
  for (const name of mentions.map(normalMention)) {
    if (!name || named.has(name.toLowerCase())) continue;
    named.add(name.toLowerCase());
    people.push(`@${name}`);
  }
  const seen = new Set(Array.from(text.matchAll(HASHTAG), (match) => match[1].toLowerCase()));
  const tags = [];
  for (const tag of hashtags.map(normalHashtag)) {
    if (!tag || seen.has(tag.toLowerCase())) continue;
    seen.add(tag.toLowerCase());
    tags.push(`#${tag}`);
  }
  return [text.trim(), callToAction.trim(), people.join(" "), tags.join(" "), label].filter(Boolean).join("\n\n");
}

const THREADED = new Set(["x", "bluesky", "mastodon", "threads", "practice"]);

// The posts that a text makes: one, or a thread's parts, which stand between lines of dashes.
export function partsOf(key, text) {
  const parts = THREADED.has(key) ? text.split(/^[ \t]*-{3,}[ \t]*$/m).map((part) => part.trim()).filter(Boolean) : [];
  return parts.length ? parts : [text];
}

// What a counter shows: used and limit in the platform's unit, and whether every rule on the text holds.
export function count(key, text) {
  const rule = limits[key];
  const parts = partsOf(key, text);
  const used = Math.max(...parts.map((part) => measure(key, part)));
  const heavy = rule.bytes !== null && parts.some((part) => bytes(part) > rule.bytes);
  const hashtags = (text.match(HASHTAG) ?? []).length;
  const mentions = (text.match(MENTION) ?? []).length;
  const tooMany =
    (rule.hashtags !== null && hashtags > rule.hashtags) || (rule.mentions !== null && mentions > rule.mentions);
  return { used, limit: rule.text, left: rule.text - used, hashtags, mentions, fits: used <= rule.text && !heavy && !tooMany };
}
