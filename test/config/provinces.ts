/** A spreadsheet of two provinces on the eve of their merger: as many communes as there are (124), under invented names. */

const COMMUNES = 124
const HERE = 51

export function provinces(): string {
  const communes = Array.from({ length: COMMUNES }, (_, index) => {
    const number = String(index + 1).padStart(3, "0")
    const parent = index < HERE ? "tuyenquang" : "ha-giang"
    const domain = index < HERE ? `xa${number}.tuyenquang.gov.vn` : `xa${number}.hagiang.gov.vn`
    return `xa-${number},${parent},Xã số ${number},Commune ${number},${domain},2025-07-01,`
  })
  return [
    "id,parent,name_vi,name_en,domains,from,until",
    "ha-giang,tuyenquang,Tỉnh Hà Giang,Ha Giang province,hagiang.gov.vn,,",
    "so-yte-hg,ha-giang,Sở Y tế,Department of Health,soyte.hagiang.gov.vn,,",
    ...communes,
  ].join("\r\n")
}
