/** Procedures that Office starts by itself, and calls with which a macro reaches outside its document. */

type Words = readonly (readonly [name: string, pattern: RegExp])[]

/** Sub or Function of that name, wherever it is declared. Word, Excel, PowerPoint object models; events of ActiveX controls. */
const PROCEDURES = [
  "AutoExec AutoOpen AutoClose AutoNew AutoExit Auto_Open Auto_Close",
  "Document_Open Document_New Document_Close Document_BeforeClose DocumentOpen DocumentBeforeClose DocumentChange",
  "Workbook_Open Workbook_Activate Workbook_BeforeClose Workbook_Close Workbook_SheetActivate Workbook_WindowActivate",
  "Workbook_BeforeSave Workbook_SheetCalculate Worksheet_Calculate Worksheet_Activate Worksheet_Change Auto_Ope",
  "Presentation_Open PresentationOpen SlideShowBegin App_SlideShowBegin OnSlideShowPageChange OnLoad",
  "UserForm_Initialize UserForm_Activate Frame1_Layout InkPicture1_Painted InkPicture1_Painting SystemMonitor1_GotFocus",
  "MultiPage1_Layout WebBrowser1_StatusTextChange ImageCombo21_Change Image1_MouseMove Label1_MouseMove",
].flatMap((row) => row.split(" "))

export const AUTO_RUN: Words = PROCEDURES.map(
  (name) => [name, new RegExp(`\\b(?:Sub|Function)\\s+${name}\\s*\\(`, "i")] as const,
)

/** What starts programs, fetches, writes files, hides its words, or reaches the system. */
export const SUSPICIOUS: Words = [
  ["Shell", /(?<![\w.])(?:VBA\.(?:Interaction\.)?)?Shell[$]?(?=\s*[("]|\s+[A-Za-z_(])(?!\s*=)/i],
  ["WScript.Shell", /WScript\s*\.\s*Shell/i],
  ["Shell.Application", /Shell\s*\.\s*Application/i],
  ["ShellExecute", /ShellExecute/i],
  ["MacScript", /\b(?:MacScript|AppleScriptTask|popen|execShell)\b/i],
  ["CreateObject", /\bCreateObject\s*\(/i],
  ["GetObject", /\bGetObject\s*\(\s*(?:[^")]*["'](?:winmgmts|new:|script:|https?:))/i],
  ["winmgmts", /winmgmts|Win32_Process/i],
  ["CallByName", /\bCallByName\b/i],
  ["Declare Lib", /\bDeclare\s+(?:PtrSafe\s+)?(?:Sub|Function)\b[^\n]{1,200}\bLib\b/i],
  ["PowerShell", /power\s*shell/i],
  ["cmd.exe", /\bcmd(?:\.exe)?\s+\/[ck]\b|\bcmd\.exe\b|%comspec%/i],
  ["mshta", /\bmshta\b/i],
  [
    "system tool",
    /\b(?:regsvr32|rundll32|certutil|bitsadmin|cscript|wscript(?!\s*\.\s*Shell)|msiexec|schtasks|InstallUtil|wmic)(?:\.exe)?\b/i,
  ],
  ["URLDownloadToFile", /URLDownloadToFile|InternetOpenUrl|InternetReadFile|\bWinHttp/i],
  ["XMLHTTP", /XMLHTTP|WinHttpRequest|ServerXMLHTTP/i],
  ["ADODB.Stream", /ADODB\s*\.\s*Stream|\bSaveToFile\b|\.Write\s+\w+\.ResponseBody/i],
  ["FileSystemObject", /Scripting\s*\.\s*FileSystemObject/i],
  ["Open For Output", /\bOpen\b[^\n]{1,200}\bFor\s+(?:Output|Binary|Append|Random)\b/i],
  ["Kill", /^\s*Kill\s+\S|[:]\s*Kill\s+["\w]/im],
  ["Environ", /\bEnviron\$?\s*\(/i],
  ["SendKeys", /\b(?:Application\.)?SendKeys\b/i],
  ["ExecuteExcel4Macro", /ExecuteExcel4Macro/i],
  ["VBProject", /\bVB(?:Project|Components|E)\b|AddFromString|AccessVBOM|CodeModule\b/i],
  ["RegWrite", /\bReg(?:Write|Read|Delete)\b|System\.PrivateProfileString/i],
  [
    "VirtualAlloc",
    /VirtualAlloc|RtlMoveMemory|CreateThread|CreateRemoteThread|WriteProcessMemory|EnumSystemLanguageGroups/i,
  ],
  ["Lib in memory", /\bkernel32\b|\bntdll\b|\burlmon\b/i],
  ["DDEInitiate", /\bDDE(?:Initiate|Execute)\b/i],
  ["FollowHyperlink", /\bFollowHyperlink\b/i],
  ["Chr run", /(?:\bChr[W$]?\s*\(\s*&?H?[\dA-F]{1,4}\s*\)\s*(?:&|\+)\s*){4}/i],
  ["StrReverse", /\bStrReverse\b/i],
  ["Xor loop", /\bXor\b[^\n]{0,200}\b(?:Asc|Mid|Chr)/i],
  ["frombase64", /bin\.base64|FromBase64String|Base64Decode/i],
  ["hex strings", /"(?:[0-9a-f]{2}){200,}"/i],
  ["Attribute VB_Control", /\bTaskScheduler\b|Schedule\.Service/i],
]
