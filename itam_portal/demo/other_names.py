"""Names in other letters, each with the Latin form that logins and addresses take: native=latin."""

# Blocks as in latin_names.
OTHER = """\
ar 3
محمد=mohammed فاطمة=fatima أحمد=ahmad عائشة=aisha علي=ali مريم=maryam حسن=hassan زينب=zaynab عمر=omar نور=nour
يوسف=youssef ليلى=layla خالد=khaled سلمى=salma إبراهيم=ibrahim هدى=huda عبد_الرحمن=abdulrahman رانيا=rania
طارق=tariq ياسمين=yasmin
--
الحسيني=alhusseini الأحمد=alahmad المصري=almasri حداد=haddad خوري=khoury النجار=alnajjar الشامي=alshami
منصور=mansour العلي=alali صالح=saleh القاسم=alqasim بكر=bakr حمدان=hamdan الخطيب=alkhatib عبد_الله=abdullah
درويش=darwish الفارسي=alfarsi زيدان=zidan

he 2
דוד=david רחל=rachel משה=moshe שרה=sarah יוסף=yosef מרים=miriam אברהם=avraham תמר=tamar יעקב=yaakov נועה=noa
איתן=eitan מיכל=michal עומר=omer שירה=shira אלון=alon יעל=yael
--
כהן=cohen לוי=levi מזרחי=mizrahi פרץ=peretz ביטון=biton דהן=dahan אברהם=avraham פרידמן=friedman אזולאי=azoulay
מלכה=malka כץ=katz יוסף=yosef עמר=amar אוחיון=ohayon חדד=hadad בן_דוד=bendavid

hi 3
आरव=aarav प्रिया=priya राहुल=rahul अनन्या=ananya विजय=vijay सुनीता=sunita अमित=amit पूजा=pooja संजय=sanjay
नेहा=neha अर्जुन=arjun कविता=kavita राजेश=rajesh मीरा=meera दीपक=deepak लक्ष्मी=lakshmi मनोज=manoj रश्मि=rashmi
--
शर्मा=sharma वर्मा=verma सिंह=singh गुप्ता=gupta कुमार=kumar पटेल=patel मिश्रा=mishra यादव=yadav जोशी=joshi
नायर=nair रेड्डी=reddy अय्यर=iyer चौधरी=chaudhary मेहता=mehta द्विवेदी=dwivedi त्रिपाठी=tripathi भट्ट=bhatt
कपूर=kapoor

ru 2
Александр=aleksandr Дмитрий=dmitry Сергей=sergey Андрей=andrey Алексей=aleksey Михаил=mikhail Иван=ivan
Николай=nikolay Владимир=vladimir Юрий=yury Пётр=pyotr Фёдор=fyodor Илья=ilya Константин=konstantin
--
Иванов=ivanov Смирнов=smirnov Кузнецов=kuznetsov Попов=popov Васильев=vasilyev Петров=petrov Соколов=sokolov
Михайлов=mikhaylov Новиков=novikov Фёдоров=fyodorov Морозов=morozov Волков=volkov Алексеев=alekseev
Лебедев=lebedev Щербаков=shcherbakov Римский-Корсаков=rimskykorsakov

ru 2
Анна=anna Елена=elena Ольга=olga Наталья=natalya Мария=maria Светлана=svetlana Татьяна=tatyana Юлия=yulia
Екатерина=ekaterina Ирина=irina Людмила=lyudmila Ксения=kseniya Алёна=alyona Любовь=lyubov
--
Иванова=ivanova Смирнова=smirnova Кузнецова=kuznetsova Попова=popova Васильева=vasilyeva Петрова=petrova
Соколова=sokolova Михайлова=mikhaylova Новикова=novikova Фёдорова=fyodorova Морозова=morozova Волкова=volkova
Алексеева=alekseeva Лебедева=lebedeva Щербакова=shcherbakova

el 1
Γιώργος=giorgos Δημήτρης=dimitris Κώστας=kostas Νίκος=nikos Γιάννης=giannis Παναγιώτης=panagiotis Βασίλης=vasilis
Χρήστος=christos Αθανάσιος=athanasios Ευάγγελος=evangelos
--
Παπαδόπουλος=papadopoulos Βλάχος=vlachos Αγγελόπουλος=angelopoulos Νικολαΐδης=nikolaidis Γεωργίου=georgiou
Παπαγεωργίου=papageorgiou Οικονόμου=oikonomou Δημητρίου=dimitriou Κωνσταντινίδης=konstantinidis Ράπτης=raptis

el 1
Μαρία=maria Ελένη=eleni Κατερίνα=katerina Βασιλική=vasiliki Σοφία=sofia Αγγελική=angeliki Γεωργία=georgia
Δήμητρα=dimitra Ιωάννα=ioanna Χρυσούλα=chrysoula
--
Παπαδοπούλου=papadopoulou Βλάχου=vlachou Αγγελοπούλου=angelopoulou Νικολαΐδου=nikolaidou Γεωργίου=georgiou
Παπαγεωργίου=papageorgiou Οικονόμου=oikonomou Δημητρίου=dimitriou Κωνσταντινίδου=konstantinidou Ράπτη=rapti
"""

# Family name first, nothing in between.
FAR_EASTERN = """\
zh 4
伟=wei 芳=fang 明=ming 娜=na 秀英=xiuying 敏=min 静=jing 丽=li 强=qiang 磊=lei 军=jun 洋=yang 勇=yong 艳=yan
杰=jie 涛=tao 超=chao 秀兰=xiulan 霞=xia 平=ping 刚=gang 桂英=guiying 建国=jianguo 晓东=xiaodong 雪梅=xuemei
志强=zhiqiang
--
王=wang 李=li 张=zhang 刘=liu 陈=chen 杨=yang 黄=huang 赵=zhao 吴=wu 周=zhou 徐=xu 孙=sun 马=ma 朱=zhu 胡=hu
郭=guo 何=he 高=gao 林=lin 罗=luo 郑=zheng 梁=liang 谢=xie 宋=song 唐=tang 许=xu 韩=han 冯=feng 欧阳=ouyang
司马=sima

ja 3
翔太=shota 美咲=misaki 大輔=daisuke 陽子=yoko 健太=kenta 恵子=keiko 拓也=takuya 由美子=yumiko 直樹=naoki 愛=ai
誠=makoto さくら=sakura 隆=takashi 久美子=kumiko 浩=hiroshi 千尋=chihiro 剛=tsuyoshi 舞=mai アンナ=anna 蓮=ren
--
佐藤=sato 鈴木=suzuki 高橋=takahashi 田中=tanaka 伊藤=ito 渡辺=watanabe 山本=yamamoto 中村=nakamura 小林=kobayashi
加藤=kato 吉田=yoshida 山田=yamada 佐々木=sasaki 山口=yamaguchi 松本=matsumoto 井上=inoue 木村=kimura 林=hayashi
斎藤=saito 清水=shimizu 長谷川=hasegawa 勅使河原=teshigawara

ko 2
민준=minjun 서연=seoyeon 서준=seojun 지우=jiwoo 도윤=doyun 하은=haeun 지훈=jihoon 수빈=subin 현우=hyunwoo
민서=minseo 영희=younghee 철수=cheolsu 은지=eunji 성민=sungmin
--
김=kim 이=lee 박=park 최=choi 정=jung 강=kang 조=cho 윤=yoon 장=jang 임=lim 한=han 오=oh 서=seo 신=shin 권=kwon
황=hwang 남궁=namgung 선우=sunwoo
"""

# Names that break narrow columns: full name=latin given=latin family. The longest has 180 characters.
UNUSUAL = """\
O=o=o
李=l=li
Ø=oe=oe
Y=y=y
Ng=n=ng
Hubert_Blaine_Wolfeschlegelsteinhausenbergerdorff_Sr.=hubert=wolfeschlegel
María_del_Pilar_de_la_Santísima_Trinidad_Fernández_de_Córdoba_y_Álvarez_de_Toledo_Pérez_de_Guzmán_\
el_Bueno=maria=fernandezdecordoba
Karl-Theodor_Maria_Nikolaus_Jacob_Philipp_Franz_Joseph_Sylvester_von_und_zu_\
Hohenlohe-Waldenburg-Schillingsfürst_und_Langenburg,_Freiherr_auf_Weikersheim_zu_Ober-_und_Untersontheim=karl=hohenlohe
Wang_(王)_"Chris"_Xiaoming=chris=wang
Miloš_O’Ďábel=milos=odabel
พระเจ้าวรวงศ์เธอ_กรมหมื่นนราธิปพงศ์ประพันธ์=naradhip=bongsprabandh
Nguyễn_Phúc_Hồng_Bảo_Tôn_Thất_Minh_Mạng_Miên_Định_Công_Tằng_Tôn_Nữ_Thị_Hoài_Hương=hoai=nguyenphuc
"""
