"""Names written in Latin letters."""

# A block is a language's share among all people with its given and its family names, the frequent ones first.
# An underscore stands for a blank inside a name.
LATIN = """\
en 20
James Mary John Linda Robert Susan Michael Karen David Emily Daniel Olive Thomas Grace Paul Sarah Mark Laura
George Helen Kevin Amy Brian Ruth Edward Claire Jason Nancy Ryan Alice Gary Judith Peter Rachel Simon Heather
Adrian Beth Colin Diana Elliot Fiona Graham Hazel Ian Jocelyn Keith Lucy Martin Naomi Oliver Paige Quentin
--
Smith Johnson Williams Brown Jones Davis Miller Wilson Moore Taylor Anderson Thomas Jackson White Harris Thompson
Clark Lewis Robinson Walker Young Allen King Wright Scott Hill Green Adams Baker Nelson Carter Mitchell Roberts
Turner Phillips Campbell Parker Evans Edwards Collins Stewart Morris Rogers Reed Cook Bell Cooper Richardson Cox
Howard Ward Peterson Gray Watson Brooks Kelly Sanders Price Bennett Wood Barnes Ross Henderson Coleman Jenkins
Perry Powell Long Patterson Hughes Butler Foster Bryant Hayes Whitfield Ashworth

de 11
Anna Lukas Marie Jonas Sophie Felix Lena Paul Julia Maximilian Katharina Jürgen Sabine Günther Petra Jörg Monika
Björn Ursula Sören Heike Matthias Käthe Stefan Bärbel Andreas Birgit Uwe Franziska Holger Annegret Detlef Anke
Rüdiger Silke Thorsten Gisela Volker Hannelore Götz
--
Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf
Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Krause Lehmann Köhler Maier
Huber Kaiser Fuchs Peters Möller Scholz Weiß Jung Hahn Vogel Günther Böhm Jäger Großmann Strauß

fr 8
Jean Marie Pierre Camille Michel Chloé André Léa Philippe Zoé François Élodie René Amélie Émile Hélène Étienne
Aurélie Loïc Noémie Gaëtan Anaïs Raphaël Inès Benoît Océane Jérôme Maëlle Cédric Joséphine Théo Margaux Sébastien
Agnès Yves Solène Frédéric Clémence Rémi Bérénice Jean-Luc Anne-Sophie
--
Martin Bernard Dubois Thomas Robert Petit Durand Leroy Moreau Simon Laurent Lefèvre Michel Garcia David Roux
Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Müller Lefebvre Faure André Mercier Blanc Guérin
Boyer Garnier Chevalier François Legrand Gauthier Perrin Clément Morin Barthélemy Hébert Côté Le_Gall
de_La_Fontaine Beauséjour

es 8
José María Antonio Carmen Manuel Ana Francisco Lucía Juan Isabel David Cristina Javier Marta Daniel Elena Carlos
Raquel Miguel Pilar Rafael Sofía Pedro Rocío Ángel Inés Alejandro Concepción Fernando Verónica Pablo Begoña Sergio
Mónica Andrés Nuria Álvaro Ximena Joaquín Martín Íñigo Ainhoa
--
García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz Moreno
Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez Serrano Blanco Molina
Morales Suárez Ortega Delgado Castro Ortiz Rubio Marín Sanz Núñez Iglesias Medina Garrido Peña de_la_Cruz Ibáñez

pt 5
João Maria Pedro Ana António Beatriz Tiago Inês Miguel Mariana Luís Catarina Rui Sofia Gonçalo Conceição Paulo
Letícia Nuno Joana Vítor Fátima Caio Luísa Hélder Graça Otávio Raíssa Sérgio Teresa
--
Silva Santos Ferreira Pereira Oliveira Costa Rodrigues Martins Jesus Sousa Fernandes Gonçalves Gomes Lopes Marques
Alves Almeida Ribeiro Pinto Carvalho Teixeira Moreira Correia Mendes Nunes Soares Vieira Monteiro Cardoso Rocha
Neves Coelho Cruz Cunha Pires Ramos Simões Antunes Matos Araújo dos_Anjos da_Conceição

nl 6
Daan Emma Sem Julia Lucas Sanne Bram Lotte Thijs Femke Joost Anouk Pieter Marloes Willem Maaike Ruben Fleur Jeroen
Wendy Maarten Ilse Sjoerd Noortje Gijs Roos Diederik Liesbeth Koen Geertje
--
de_Jong Jansen de_Vries van_den_Berg Bakker van_Dijk Visser Smit Meijer de_Boer Mulder de_Groot Bos Vos Peters
Hendriks van_Leeuwen Dekker Brouwer de_Wit Dijkstra Smits de_Graaf van_der_Meer van_der_Linden Kok Jacobs de_Haan
Vermeulen van_den_Heuvel van_'t_Hoff IJzerman

it 3
Giuseppe Giulia Marco Francesca Andrea Chiara Luca Sara Matteo Martina Niccolò Federica Lorenzo Elisa Davide
Silvia Riccardo Valentina Simone Alessia
--
Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti De_Luca Mancini Costa
Giordano Rizzo Lombardi Moretti D'Angelo Dell'Acqua Nicolò

pl 2
Anna Katarzyna Małgorzata Agnieszka Barbara Ewa Krystyna Magdalena Elżbieta Joanna Zofia Żaneta Łucja Bożena
--
Nowak Kowalska Wiśniewska Wójcik Kowalczyk Kamińska Lewandowska Zielińska Szymańska Woźniak Dąbrowska Kozłowska
Jankowska Mazur Kwiatkowska Krawczyk Piotrowska Grabowska Pawłowska Michalska Zając Król Wróbel Jabłońska

pl 2
Piotr Krzysztof Andrzej Tomasz Jan Paweł Michał Marcin Stanisław Jakub Grzegorz Łukasz Zbigniew Wojciech Błażej
--
Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski
Jankowski Mazur Kwiatkowski Krawczyk Piotrowski Grabowski Pawłowski Michalski Zając Król Brzęczyszczykiewicz

cs 2
Jiří Jan Petr Josef Pavel Martin Tomáš Jaroslav Miroslav Zdeněk Václav Michal František Lukáš Ondřej Řehoř
--
Novák Svoboda Novotný Dvořák Černý Procházka Kučera Veselý Horák Němec Marek Pospíšil Hájek Jelínek Král Růžička
Beneš Fiala Sedláček Doležal Zeman Kolář Krejčí Navrátil Čermák Šťastný Říha

cs 2
Jana Marie Eva Hana Anna Lenka Kateřina Věra Lucie Alena Petra Veronika Tereza Zuzana Žofie Šárka Božena
--
Nováková Svobodová Novotná Dvořáková Černá Procházková Kučerová Veselá Horáková Němcová Marková Pospíšilová
Hájková Jelínková Králová Růžičková Benešová Fialová Sedláčková Doležalová Kolářová Krejčí Šťastná Říhová

sv 6
Erik Anna Lars Karin Karl Kristina Anders Lena Johan Eva Per Åsa Nils Ingrid Björn Maja Göran Elin Håkan Sara
Jörgen Ulrika Mårten Agneta Östen Linnéa Åke Märta Sven Tove
--
Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson
Jansson Hansson Bengtsson Jönsson Lindberg Jakobsson Magnusson Lindström Olofsson Lindqvist Lindgren Axelsson Berg
Bergström Lundberg Lundgren Sandberg Mattsson Fredriksson Sjöberg Forsberg Öberg Åkesson Håkansson Björk

tr 3
Mehmet Fatma Mustafa Ayşe Ahmet Emine Ali Hatice Hüseyin Zeynep Hasan Elif İbrahim Meryem Çağlar Şerife Özgür
Gülşen Yiğit Işıl Ümit Nurgül
--
Yılmaz Kaya Demir Çelik Şahin Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Kara Koç Kurt
Özkan Şimşek Polat Korkmaz Güneş Erdoğan Ağaoğlu Işık Ünal İnan

ga 3
Seán Aoife Conor Niamh Pádraig Siobhán Eoin Ciara Cathal Róisín Declan Gráinne Fionn Sinéad Oisín Caoimhe Liam
Orla Tadhg Méabh
--
O'Brien Murphy O'Sullivan Kelly O'Connor Walsh O'Neill Byrne O'Reilly Ryan O'Donnell Doyle McCarthy Gallagher
Doherty Kennedy Lynch Quinn McLoughlin O'Shea Nolan Brennan O'Dwyer D'Arcy FitzGerald MacAodhagáin Ó_Súilleabháin
Ní_Dhomhnaill
"""

# Family name first; what stands last is the given name.
VIETNAMESE = """\
vi 3
Minh Lan Anh Hương Tuấn Thảo Dũng Hoa Hùng Mai Quân Ngọc Đức Thủy Long Yến Khánh Phượng Sơn Trang Bảo Đạt
--
Nguyễn_Văn Trần_Thị Lê_Minh Phạm_Đức Huỳnh_Ngọc Hoàng_Văn Phan_Thị Vũ_Quang Võ_Thành Đặng_Thị Bùi_Xuân Đỗ_Hữu
Hồ_Thị Ngô_Bảo Dương_Thị Lý_Thanh Nguyễn_Thị Trần_Văn
"""
