//! All known spellings of keys, by meaning, in normal form: small letters and digits, no accents.

use super::CredentialLabel::{Extra, Password, Profile, Software, Url, Username};
use super::Rank::{Fallback, Good};
use super::SystemLabel::{
    Antivirus, BotId, Build, BuildDate, Computer, ComputerAndUser, Country, Domain, Guid, Hardware,
    Hwid, InstallDate, Ip, Keyboards, Language, LocalDate, LocalIp, LogDate, MachineId, Os, Path,
    Place, Stop, Time, Timezone, User, UserAndComputer, UserHwid, Version,
};
use super::{CredentialLabel, SystemLabel};

/// What the keys of credential blocks mean: each spelling in its normal form.
pub const CREDENTIAL_KEYS: &[(CredentialLabel, &str)] = &[
    (
        Url,
        "url uri link host hostname site website domain address webaddress page loginpage \
         homepage origin originurl signonrealm server resource loginurl siteurl weburl \
         websiteurl actionurl targeturl pageurl webpage urlsite urlhost hosturl domainname \
         urladdress loginlink sitename seite webseite webadresse adresse lien siteweb sito sitoweb \
         sitio sitioweb enlace trang trangweb strona www adres ссылка сайт хост адрес вебсайт \
         домен urlадрес 网址 网站 链接",
    ),
    (
        Username,
        "user username usr login userlogin loginname loginid userid email emailaddress mail \
         account accountname acc useroremail usernameemail useremail emailusername loginemail \
         emaillogin usernamelogin loginusername usernameoremail usernamevalue accountlogin \
         uname nickname userloginname emailorusername loginuser usuario nombredeusuario \
         nomedeusuario correo correoelectronico benutzer benutzername benutzerkonto \
         anmeldename nutzername utilisateur nomdutilisateur identifiant utente nomeutente \
         kullanici kullaniciadi uzytkownik nazwauzytkownika gebruiker gebruikersnaam taikhoan \
         tendangnhap namapengguna pengguna логин пользователь почта имяпользователя юзер 用户名 \
         用户 账号 帐号 登录名 ユーザー名 사용자 아이디",
    ),
    (
        Password,
        "pass password passwd pwd psw userpassword loginpassword passcode pin pswd passw \
         pword passphrase passwordvalue accountpassword webpassword plainpassword \
         passwordtext decryptedpassword passworddecrypted plaintextpassword savedpassword \
         loginpass userpass contrasena clave senha passwort kennwort motdepasse mdp sifre \
         parola wachtwoord haslo heslo jelszo losenord adgangskode passord salasana lozinka \
         matkhau katasandi пароль пасс 密码 密碼 パスワード 비밀번호",
    ),
    (
        Software,
        "soft software browser webbrowser application app program client storage from source \
         foundin savedin storedin browsername appname applicationname softwarename programname navegador navigateur \
         aplicacion aplicativo anwendung programm tarayici przegladarka trinhduyet браузер \
         программа приложение софт 浏览器",
    ),
    (Profile, "profile browserprofile profilename perfil profil профиль"),
    (
        Extra,
        "datecreated created lastused form title createdat creationdate creationtime \
         createdtime datelastused lastmodified modifiedtime timesused note notes comment \
         usernamefield passwordfield passwordstrength formactionorigin httprealm filename",
    ),
];

/// What the keys of system files mean: each spelling in its normal form.
pub const SYSTEM_KEYS: &[(SystemLabel, &str)] = &[
    (
        Hwid,
        "hwid hardwareid hardwareuuid machinehwid pchwid uuiddelhardware uuiddehardware \
         uuiddohardware uuidhardware uuiddumateriel uuidmateriel",
    ),
    (MachineId, "machineid machineguid mid uid pcid deviceid systemid"),
    (Guid, "guid uuid serial serialnumber serialnumbersystem"),
    (BotId, "userid botid"),
    (UserHwid, "usernamehwid"),
    (
        Computer(Good),
        "computer computername rechnername pcname pc machinename machine compname devicename csname \
         имякомпьютера компьютер имяпк nombredelequipo nomedocomputador tenmaytinh \
         computernaam nomdelordinateur",
    ),
    (
        Computer(Fallback),
        "hostname netbios netbiosname localhostname nomdelhote nombredehost nomedohost \
         nomehost nazwahosta имяузла anabilgisayaradi hostnaam nazevhostitele \
         імявузла 主机名 主機名稱 ホスト名 호스트이름",
    ),
    (
        User(Good),
        "username user windowsuser benutzer pcusername loggedinuser loggeduser currentuser имяпользователя \
         пользователь usuario benutzername nguoidung",
    ),
    (User(Fallback), "blankgrabbergotanewvictim accountname loginname"),
    (
        UserAndComputer,
        "usernamecomputername usernamepcname usercomputer userpc usernamemachinename",
    ),
    (ComputerAndUser, "computerusername computernameusername pcnameusername pcuser"),
    (
        Domain,
        "domain domainname userdomain userdnsdomain workgroup addomain dominio domane домен \
         domaine domena etkialani domein primarydnssuffix primaresdnssuffix \
         suffixednsprincipal sufijodnsprincipal основнойdnsсуффикс 域 網域 ドメイン 도메인",
    ),
    (
        Os(Good),
        "operationsystem operatingsystem os windows windowsname productname osname osfullname \
         windowsproductname windowsedition ос операционнаясистема названиеос betriebssystem \
         betriebssystemname nomdusystemedexploitation nombredelsistemaoperativo \
         nomedosistemaoperacional nomeso nazwasystemuoperacyjnego isletimsistemiadi \
         hedieuhanh computeros naamvanbesturingssysteem nazevoperacnihosystemu \
         nomsystemedexploitation nombresistemaoperativo sistemaoperativo \
         sistemaoperacional systemedexploitation besturingssysteem назваос os名称 os名 os이름",
    ),
    (
        Os(Fallback),
        "windowsversion osversion system systemversion platform caption система версияос",
    ),
    (
        Ip,
        "ip ipaddress ippublic ipadresse externalip publicip ipgeolocation extip wanip ipv4 ipv6 ipaddr realip \
         remoteip clientip ipадрес ipinfo externalipaddress publicipaddress diachiip \
         direccionip adresseip enderecoip indirizzoip adresip ipadresi",
    ),
    (
        LocalIp,
        "lanip internalip gatewayip localip privateip ipv4address defaultgateway gateway \
         lanipaddress localipaddress internalipaddress ipaddresses",
    ),
    (Country(Good), "country countryname land страна pais pays ulke quocgia kraj"),
    (Country(Fallback), "countrycode countryiso geo"),
    (
        Place,
        "location city region zipcode zip postal zipautofills postalcode regionname state \
         город",
    ),
    (
        Timezone,
        "timezone utc zone systemtimezone tz utcoffset timezonename часовойпояс zeitzone \
         fusohorario fuseauhoraire zonahoraria strefaczasowa saatdilimi fusoorario muigio \
         tijdzone casovepasmo 时区 タイムゾーン",
    ),
    (
        Language,
        "currentlanguage language systemlanguage userlanguage displaylanguage locale \
         systemlocale lang uilanguage язык idioma sprache ngonngu",
    ),
    (
        Keyboards,
        "keyboardlanguages keyboardlanguage availablekeyboardlayouts keyboards \
         keyboardlayouts keyboardlayout keyboard layouts inputlanguages inputlocale languages",
    ),
    (Time, "time"),
    (
        LogDate,
        "logdate date collectedat dumptime dumpdate launchedat launchtime lastseen savetime systemtime grabbingtime \
         dateinstall localdateandtime datetime datatime timestamp infectedat infectiondate \
         infectiontime executiontime reportdate logtime starttime startedat дата fecha datum \
         fechayhora",
    ),
    (LocalDate, "localtime localdate currenttime localdatetime времясистемы"),
    (
        InstallDate,
        "installdate originalinstalldate osinstalldate windowsinstalldate installtime \
         ursprunglichesinstallationsdatum datedinstallationoriginale \
         fechadeinstalacionoriginal dataoriginaldainstalacao datadeinstalacaooriginal \
         datadainstalacaooriginal datadiinstallazioneoriginale oryginalnadatainstalacji \
         orijinalyuklemetarihi ozgunyuklemetarihi oorspronkelijkeinstallatiedatum \
         puvodnidatuminstalace датаустановки 初始安装日期 最初のインストール日付 \
         원래설치날짜",
    ),
    (BuildDate, "lummac2build buildcompiledate builddate compiledate redhivestealer"),
    (
        Path(Good),
        "filelocation path runningpath executepath exepath buildpath executionpath \
         executablepath stealerpath malwarepath",
    ),
    (Path(Fallback), "workdir startupfolder workingdirectory currentdirectory"),
    (
        Build(Good),
        "buildid build buildname buildtag lid lidlummaid trafficname worker logfrom campaign \
         campaignid",
    ),
    (Build(Fallback), "configuration configid stubversion"),
    (Version, "version"),
    (
        Antivirus,
        "antiviruses av antivirus antivirusproducts antivirusproduct installedantivirus \
         installedantiviruses antivirussoftware securityproducts антивирус антивирусы \
         phanmemdietvirus",
    ),
    (
        Hardware,
        "cpu processor cores threads ram gpu videocard videocard0 screensize \
         displayresolution screenresolution resolution screen screenres installedram ramsize \
         cpuname cpuvendor cpucores cpucount cputhreads memory totalmemory gpuname \
         displaysize display architecture systemarch arch laptop motherboard bios mac \
         macaddress graphicscard numberofcores battery webcamscount wallpaperhash uac \
         processelevation elevated integrity admingroup displaydevices gpumode disk hdd \
         modelname modelidentifier chip countcore countcores physicalmemory \
         totalphysicalmemory monitors \
         netframeworkversion processorname videoadapter graphics процессор видеокарта озу",
    ),
    (
        Stop,
        "processes software installedsoftware infosoftware installedapps \
         installedapplications processlist useragents runningprocesses installedprograms soft \
         programs applications tasklist clipboard clipboardtext startupprograms",
    ),
];
