/** What is wrong with something written, in Vietnamese: the API tells it in English, `path: expected …, got …`. */

type Language = "vi" | "en"

/** What is expected, word for word as the schemas say it; forms such as `tcp://host:port` are the same in every language. */
const EXPECTED: Readonly<Record<string, string>> = {
  text: "chữ",
  "a number": "một số",
  "a whole number": "số nguyên",
  "true or false": "true hoặc false",
  "keys with values": "các khóa có giá trị",
  "a list": "một danh sách",
  "another value": "giá trị khác",
  "10 or more": "từ 10 trở lên",
  "2 to 64 of a-z, 0-9, dot, dash and underscore": "2 đến 64 ký tự a-z, 0-9, chấm, gạch nối, gạch dưới",
  "2048 bits (RFC 8301 §3.2)": "2048 bit (RFC 8301 §3.2)",
  "ASCII: Vietnamese without accents": "ASCII: tiếng Việt không dấu",
  "a SHA-256 in hex": "SHA-256 dạng hex",
  "a certificate in PEM": "chứng thư dạng PEM",
  "a certificate that OpenSSL accepts": "chứng thư mà OpenSSL chấp nhận",
  "a certificate with time left": "chứng thư còn hạn",
  "a code as in symbols, such as SKHCN": "mã như trong ký hiệu văn bản, ví dụ SKHCN",
  "a code or a message": "một mã hoặc một thư",
  "a day after from": "ngày sau ngày bắt đầu (from)",
  "a directory we may write to": "thư mục ghi được",
  "a domain name": "tên miền",
  "a domain such as tuyenquang.gov.vn": "tên miền, ví dụ tuyenquang.gov.vn",
  "a domain that no other unit has": "tên miền chưa thuộc đơn vị nào",
  "a domain, .domain or *": "tên miền, .tên-miền hoặc *",
  "a file name extension such as exe": "phần mở rộng tên tệp, ví dụ exe",
  "a file with the certificates, leaf first": "tệp chứng thư, chứng thư máy chủ đứng đầu",
  "a file with the private key": "tệp khóa bí mật",
  "a mail address": "địa chỉ thư",
  "a mail address without +": "địa chỉ thư không có dấu +",
  "a mailbox of a domain of ours": "hộp thư thuộc tên miền của cơ quan",
  "a malware scanner": "một máy quét mã độc",
  "a moment after start": "thời điểm sau lúc bắt đầu",
  "a moment to come": "thời điểm chưa tới",
  "a list in the document": "danh sách có trong văn bản chính sách",
  "a list of entries in YAML": "danh sách các mục, dạng YAML",
  "a name": "một tên",
  "a name of its own": "tên không trùng",
  "a next hop other than this gateway": "máy nhận khác, không phải chính cổng này",
  "a parent, since only one unit is the root": "đơn vị cấp trên, vì chỉ một đơn vị là gốc",
  "a port from 1 to 65535": "cổng từ 1 đến 65535",
  "a port of its own": "cổng không trùng",
  "a private key in PEM without a passphrase": "khóa bí mật dạng PEM, không có mật khẩu",
  "a readable file": "tệp đọc được",
  "a reason of at least 3 characters": "lý do, ít nhất 3 ký tự",
  "a recipient": "người nhận",
  "a rule that reads no malware and no clear mark of secrecy": "luật không xét mã độc hay dấu mật rõ ràng",
  "a selector of its own for each key": "mỗi khóa một selector riêng",
  "a selector such as s2026": "selector, ví dụ s2026",
  "a size such as 100KiB or 25MB": "dung lượng, ví dụ 100KiB hoặc 25MB",
  "a telephone number for notices": "số điện thoại để ghi trong thông báo",
  "a time from 1h to 400d": "khoảng thời gian từ 1h đến 400d",
  "a time of at most 1d": "khoảng thời gian không quá 1d",
  "a time of day that ends at another minute than it starts": "khung giờ có lúc kết thúc khác lúc bắt đầu",
  'a time of day such as "07:30"': 'giờ trong ngày, ví dụ "07:30"',
  "a time such as 1h, or off": "khoảng thời gian, ví dụ 1h, hoặc off",
  "a time such as 30s, 5m, 4h or 5d": "khoảng thời gian, ví dụ 30s, 5m, 4h hoặc 5d",
  "a time zone such as Asia/Ho_Chi_Minh": "múi giờ, ví dụ Asia/Ho_Chi_Minh",
  "a unit that is not below this one": "đơn vị không nằm dưới đơn vị này",
  "a unit that you administer": "đơn vị do Ông/Bà quản trị",
  "as it is: no unit that you administer has a say over it alone":
    "giữ nguyên: không chỉ riêng đơn vị do Ông/Bà quản trị được quyết định",
  base64url: "dạng base64url",
  "a unit that is there": "đơn vị đã có",
  "a web address": "địa chỉ web",
  "a web address such as https://mail.example.vn": "địa chỉ web, ví dụ https://mail.example.vn",
  "a whole number from 1 up": "số nguyên từ 1 trở lên",
  "a whole number up to 1000000000": "số nguyên không quá 1000000000",
  "after since, at most 366 days": "sau since, không quá 366 ngày",
  "an IP address": "địa chỉ IP",
  "an IP address or a list of them": "một hoặc nhiều địa chỉ IP",
  "an IP address or network such as 10.0.0.0/8": "địa chỉ IP hoặc dải mạng, ví dụ 10.0.0.0/8",
  "an address that others can open": "địa chỉ mà máy khác mở được",
  "an event code": "mã sự kiện",
  "how a letterhead begins, 4–80 letters": "phần đầu tên cơ quan trên văn bản, 4–80 chữ",
  "key, or https": "có key, hoặc dùng https",
  "live, draft or the number of a version": "live, draft hoặc số phiên bản",
  "networks of your own, not the whole Internet": "mạng của cơ quan, không phải cả Internet",
  "official above unsure": "official lớn hơn unsure",
  "one line of text": "một dòng chữ",
  "text without control characters": "chữ không có ký tự điều khiển",
  "the IP address and port of a DNS server such as 10.0.0.53:53":
    "địa chỉ IP và cổng của máy chủ DNS, ví dụ 10.0.0.53:53",
  "the IP address of a DNS server such as 10.0.0.53 or 10.0.0.53:53":
    "địa chỉ IP của máy chủ DNS, ví dụ 10.0.0.53 hoặc 10.0.0.53:53",
  "the key of tls.cert": "khóa của tls.cert",
  "the name of a header field": "tên một trường tiêu đề",
  "the token of a link": "mã của liên kết",
  "tls.cert and tls.key beside it": "kèm tls.cert và tls.key",
  "units that are there": "các đơn vị đã có",
  "units that exist": "các đơn vị đã có",
  '"*" only in the last route, the default': '"*" chỉ ở tuyến cuối, tuyến mặc định',
  '["*"], the last route being the default': '["*"], tuyến cuối là tuyến mặc định',
}

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/^one of (.+)$/s, "một trong: $1"],
  [/^a list of at least (\d+)$/, "danh sách ít nhất $1 mục"],
  [/^a list of at most (\d+)$/, "danh sách không quá $1 mục"],
  [/^at least (\S+)$/, "ít nhất $1"],
  [/^at most (\S+)$/, "không quá $1"],
  [/^at most (\d+) characters$/, "không quá $1 ký tự"],
  [/^at most (\d+) days after start$/, "không quá $1 ngày sau lúc bắt đầu"],
  [/^any, or some of (.+)$/s, "any, hoặc một số trong: $1"],
  [/^a certificate for (.+)$/, "chứng thư cho $1"],
  [/^(\S+) or a unit above it$/, "$1 hoặc đơn vị cấp trên của nó"],
  [
    /^an enforced rule of the root unit for every finding (.+)$/s,
    "một luật đang áp dụng của đơn vị gốc cho mọi phát hiện $1",
  ],
]

const GOT: Readonly<Record<string, string>> = { nothing: "trống", "an unknown key": "khóa lạ" }

/** As it is where nobody has the words. */
export function expectedIn(language: Language, expected: string): string {
  if (language === "en") return expected
  const known = EXPECTED[expected]
  if (known !== undefined) return known
  const pattern = PATTERNS.find(([from]) => from.test(expected))
  return pattern === undefined ? expected : expected.replace(...pattern)
}

/** A whole fault, or only what is expected. */
export function faultIn(language: Language, fault: string): string {
  const [, path, expected, got] = /^(?:(.+?): )?expected (.+), got (.+)$/s.exec(fault) ?? []
  if (language === "en" || expected === undefined || got === undefined) return expectedIn(language, fault)
  return `${path === undefined ? "" : `${path}: `}cần ${expectedIn(language, expected)}, đang là ${GOT[got] ?? got}`
}
