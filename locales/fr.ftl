# Phrases en français. Un message par motif (src/finding.rs) : la phrase, `.hint` (quoi faire) et `.cause` (le même
# problème dit une fois pour plusieurs lignes : sans la cellule ni le numéro de ligne). Chaque phrase tient sur une ligne.
# Espaces insécables : U+00A0 avec « », avant : ; U+202F avant ; ? !. Apostrophe : ’.

## File

not-a-file = Ceci n’est pas un fichier : c’est un dossier, un lien ou un périphérique.
    .hint = Déposez le fichier exporté lui-même dans le dossier.
    .cause = Ceci n’est pas un fichier.
cannot-read = Le fichier ne peut pas être lu : { $detail }.
    .hint = Fermez le fichier s’il est ouvert dans un autre programme, vérifiez qui a le droit de le lire, puis déposez-le à nouveau.
    .cause = Le fichier ne peut pas être lu.
empty-file = Le fichier est vide.
    .hint = Exportez-le à nouveau ; l’export a sans doute été interrompu.
    .cause = Le fichier est vide.
no-schema-fits = Les colonnes de ce fichier ne correspondent à aucun export connu ({ $schemas }).
    .hint = Vérifiez qu’il s’agit du bon export et que la ligne des noms de colonnes est la première.
    .cause = Les colonnes de ce fichier ne correspondent à aucun export connu.
workbook-protected = Le classeur est protégé par un mot de passe.
    .hint = Ouvrez-le, retirez le mot de passe (Fichier, Informations, Protéger le classeur), enregistrez-le et déposez-le à nouveau ; ou enregistrez-le en CSV UTF-8.
    .cause = Le classeur est protégé par un mot de passe.
workbook-kind = Ce n’est ni un classeur .xlsx ni un fichier texte, mais { $kind ->
        [xls] un classeur de l’ancien format d’Excel (.xls)
        [ods] une feuille de calcul OpenDocument (.ods)
        [xlsb] un classeur binaire (.xlsb)
        [document] un document texte ou une présentation
        [pdf] un PDF
        [html] une page web
        [xml] un fichier XML
       *[archive] une archive compressée
    }.
    .hint = Ouvrez-le dans le tableur et enregistrez-le en « Classeur Excel (.xlsx) » ou en « CSV UTF-8 ».
    .cause = Ce n’est ni un classeur .xlsx ni un fichier texte.
workbook-damaged = Le classeur est endommagé et ne peut pas être lu : { $detail }.
    .hint = Ouvrez-le dans Excel, laissez Excel le réparer, enregistrez-le ; ou refaites l’export.
    .cause = Le classeur est endommagé et ne peut pas être lu.
sheet-missing = Le classeur n’a pas de feuille « { $sheet } » ; il a : { $sheets }.
    .hint = Renommez la feuille, ou corrigez sheetName ou sheetNumber dans le schéma.
    .cause = Le classeur n’a pas de feuille « { $sheet } ».
other-sheets = Seule la feuille « { $sheet } » a été lue ; d’autres contiennent aussi quelque chose : { $sheets }.
    .hint = Enregistrez à part une feuille qui doit être lue, ou nommez-la dans le schéma (sheetName).
    .cause = Seule la feuille « { $sheet } » a été lue, et d’autres contiennent aussi quelque chose.
encoding-contradicted = Le fichier est annoncé en { $encoding }, mais commence par la marque d’ordre des octets de { $mark }. Il a été lu en { $encoding }.
    .hint = Retirez l’encodage du schéma ou de la commande, ou enregistrez le fichier en { $encoding }.
    .cause = Le fichier est annoncé en { $encoding }, mais commence par la marque d’ordre des octets de { $mark }.
looks-like-utf16 = Presque un octet sur deux du fichier est nul.
    .hint = On dirait du { $encoding } (« Texte Unicode ») sans marque d’ordre des octets : enregistrez le fichier en « CSV UTF-8 », ou déclarez l’encodage { $encoding } dans le schéma.
    .cause = Presque un octet sur deux du fichier est nul : on dirait du { $encoding } sans marque d’ordre des octets.
mark-not-allowed = Le fichier commence par une marque d’ordre des octets (BOM), que la destination n’accepte pas.
    .hint = Enregistrez-le en « CSV UTF-8 » sans marque d’ordre des octets (BOM).
    .cause = Le fichier commence par une marque d’ordre des octets (BOM), que la destination n’accepte pas.
unknown-encoding = L’encodage « { $encoding } » n’est pas connu.
    .hint = Utilisez UTF-8, windows-1252 ou UTF-16.
    .cause = L’encodage « { $encoding } » n’est pas connu.
malformed-bytes = Ce texte n’est pas valide en { $encoding } : octets { $bytes } à la position { $byte } du fichier.
    .hint = Enregistrez à nouveau le fichier au format « CSV UTF-8 », ou indiquez son encodage.
    .cause = Une partie du texte n’est pas valide en { $encoding }.
quote-never-closed = Un guillemet s’ouvre à la ligne { $line } et ne se referme jamais : tout ce qui suit a été lu comme une seule cellule.
    .hint = Ajoutez le guillemet manquant sur cette ligne, ou supprimez celui qui s’ouvre.
    .cause = Un guillemet ne se referme jamais.
too-many-rows = { $count ->
        [one] Le fichier a { $count } ligne ; { $limit } au plus sont permises.
       *[other] Le fichier a { $count } lignes ; { $limit } au plus sont permises.
    }
    .hint = Partagez l’export en plusieurs fichiers.
    .cause = Le fichier a plus de lignes que les { $limit } permises.
too-many-bytes = Le fichier a { $count } octets ; { $limit } au plus sont permis.
    .hint = Partagez l’export en plusieurs fichiers.
    .cause = Le fichier dépasse les { $limit } octets permis.

## Header

header-missing = La ligne des noms de colonnes manque.
    .hint = Ajoutez les noms de colonnes en première ligne, ou exportez le fichier à nouveau.
    .cause = La ligne des noms de colonnes manque.
label-blank = La colonne { $position } n’a pas de nom.
    .hint = Donnez un nom à la colonne, ou supprimez-la si elle est vide.
    .cause = Une colonne n’a pas de nom.
label-duplicate = Deux colonnes s’appellent « { $label } » : les colonnes { $first } et { $position }.
    .hint = Supprimez ou renommez l’une des deux.
    .cause = Deux colonnes s’appellent « { $label } ».
label-missing = { $guess ->
        [yes] La colonne « { $label } » manque ; « { $near } » lui ressemble.
       *[no] La colonne « { $label } » manque.
    }
    .hint = Ajoutez la colonne à l’export, ou corrigez son nom dans la première ligne.
    .cause = La colonne « { $label } » manque.
label-renamed = { $count ->
        [0] La colonne « { $label } » manque ; la colonne { $position }, « { $near } », lui ressemble.
       *[other] La colonne « { $label } » manque ; la colonne { $position }, « { $near } », lui ressemble : { $fit } de ses { $count } premières valeurs conviennent.
    }
    .hint = Corrigez le nom dans la première ligne, ou ajoutez-le comme alias dans le schéma.
    .cause = La colonne « { $label } » porte un autre nom.
label-extra = { $guess ->
        [yes] La colonne { $position }, « { $label } », n’est pas attendue ; vouliez-vous dire « { $near } » ?
       *[no] La colonne { $position }, « { $label } », n’est pas attendue.
    }
    .hint = Supprimez la colonne, ou corrigez son nom dans la première ligne.
    .cause = La colonne « { $label } » n’est pas attendue.
label-near-optional = La colonne { $position }, « { $label } », n’est pas lue ; fallait-il « { $expected } », qui manque au fichier ?
    .hint = Si oui, corrigez son nom dans la première ligne, ou ajoutez ce nom comme alias dans une copie du schéma.
    .cause = La colonne « { $label } » n’est pas lue ; c’est peut-être « { $expected } », qui manque au fichier.
label-incorrect = La colonne { $position } s’appelle « { $label } » ; « { $expected } » est attendu à cette place.
    .hint = Corrigez le nom dans la première ligne, ou remettez les colonnes dans leur ordre.
    .cause = Une colonne s’appelle « { $label } » là où « { $expected } » est attendu.
label-moved = La colonne « { $label } » est en position { $to } ; elle est attendue en position { $from }.
    .hint = Remettez les colonnes dans leur ordre.
    .cause = La colonne « { $label } » n’est pas à sa place.
date-order-contradicted = Colonne « { $field } » : { $rows ->
        [one] { $rows } valeur (ligne { $lines }) ne peut être que { $pattern }
       *[other] { $rows } valeurs (lignes { $lines }) ne peuvent être que { $pattern }
    }, alors que le schéma demande { $expected }.{ $both ->
        [0] { "" }
        [one] { " " }{ $both } autre peut se lire des deux façons : son jour et son mois sont peut-être échangés, et rien du fichier n’est utilisé.
       *[other] { " " }{ $both } autres peuvent se lire des deux façons : leurs jours et leurs mois sont peut-être échangés, et rien du fichier n’est utilisé.
    }
    .hint = Exportez la colonne en { $expected } ou année d’abord. Si { $pattern } est juste, réglez "dateOrder" dans une copie du schéma.
    .cause = Colonne « { $field } » : { $rows ->
        [one] { $rows } valeur (ligne { $lines }) ne peut être que { $pattern }
       *[other] { $rows } valeurs (lignes { $lines }) ne peuvent être que { $pattern }
    }, alors que le schéma demande { $expected }.{ $both ->
        [0] { "" }
        [one] { " " }{ $both } autre peut se lire des deux façons : son jour et son mois sont peut-être échangés, et rien du fichier n’est utilisé.
       *[other] { " " }{ $both } autres peuvent se lire des deux façons : leurs jours et leurs mois sont peut-être échangés, et rien du fichier n’est utilisé.
    }
date-order-mixed = Colonne « { $field } » : { $rows ->
        [one] { $rows } valeur (ligne { $lines }) ne peut être que { $pattern }
       *[other] { $rows } valeurs (lignes { $lines }) ne peuvent être que { $pattern }
    }, et { $own ->
        [one] { $own } ne peut être que
       *[other] { $own } ne peuvent être que
    } { $expected }, comme le veut le schéma : la colonne mêle les deux.{ $both ->
        [0] { "" }
        [one] { " " }{ $both } autre peut se lire des deux façons : son jour et son mois sont peut-être échangés, et rien du fichier n’est utilisé.
       *[other] { " " }{ $both } autres peuvent se lire des deux façons : leurs jours et leurs mois sont peut-être échangés, et rien du fichier n’est utilisé.
    }
    .hint = Mettez toute la colonne au format année-mois-jour à la source, puis exportez-la de nouveau.
    .cause = Colonne « { $field } » : { $rows ->
        [one] { $rows } valeur (ligne { $lines }) ne peut être que { $pattern }
       *[other] { $rows } valeurs (lignes { $lines }) ne peuvent être que { $pattern }
    }, et { $own ->
        [one] { $own } ne peut être que
       *[other] { $own } ne peuvent être que
    } { $expected }, comme le veut le schéma : la colonne mêle les deux.{ $both ->
        [0] { "" }
        [one] { " " }{ $both } autre peut se lire des deux façons : son jour et son mois sont peut-être échangés, et rien du fichier n’est utilisé.
       *[other] { " " }{ $both } autres peuvent se lire des deux façons : leurs jours et leurs mois sont peut-être échangés, et rien du fichier n’est utilisé.
    }

## Row

row-blank = Cette ligne est vide.
    .hint = Supprimez la ligne.
    .cause = La ligne est vide.
cells-missing = { $found ->
        [one] Cette ligne a { $found } cellule ; { $expected } sont attendues.
       *[other] Cette ligne a { $found } cellules ; { $expected } sont attendues.
    }
    .hint = Cherchez un séparateur manquant, ou une ligne coupée en deux.
    .cause = La ligne a moins de { $expected } cellules.
cells-extra = { $expected ->
        [one] Cette ligne a { $found } cellules ; { $expected } est attendue.
       *[other] Cette ligne a { $found } cellules ; { $expected } sont attendues.
    }
    .hint = Cherchez un séparateur à l’intérieur d’une valeur : mettez cette valeur entre guillemets.
    .cause = La ligne a plus { $expected ->
        [one] d’une cellule.
       *[other] de { $expected } cellules.
    }
key-duplicate = Cette ligne répète la ligne { $first } : même valeur dans { $fields }.
    .hint = Gardez une seule des deux lignes.
    .cause = Une autre ligne a la même valeur dans { $fields }.
key-contradicted = Cette ligne et la ligne { $other } ont la même valeur dans { $fields } et un contenu différent : aucune des deux n’est utilisée.
    .hint = Trouvez laquelle des deux est juste et déposez celle-là seule.
    .cause = Une autre ligne a la même valeur dans { $fields } et un contenu différent : aucune des deux n’est utilisée.
person-unknown = Cette ligne nomme la personne { $id }, absente de tous les exports de personnes.
    .hint = Déposez un export de personnes où elle figure, puis redéposez cette ligne.
    .cause = La ligne nomme une personne absente de tous les exports de personnes.
account-unknown = { $id ->
        [0] Cette ligne ne nomme ni personne ni compte.
       *[other] Cette ligne nomme le compte { $id }, absent de tous les exports de personnes.
    }
    .hint = Déposez un export de personnes où ce compte figure, puis redéposez cette ligne.
    .cause = La ligne nomme un compte absent de tous les exports de personnes.
address-unsubscribed = L’adresse de cette ligne est sur la liste des désabonnés : aucun fichier ne la prend, sauf ceux qui retirent des adresses.
    .hint = Rien à faire. La ligne partira quand l’adresse quittera la liste.
    .cause = L’adresse est sur la liste des désabonnés : non envoyée.
address-forgotten = La personne de cette ligne a été oubliée le { $day } : aucun fichier ne la prend.
    .hint = Effacez aussi la personne dans Amilia ; d’ici là, chaque export rapporte l’adresse, et `passeur forget` la retire de nouveau des archives.
    .cause = La personne a été oubliée sur demande : non envoyée.
key-empty = Colonne « { $field } » : vide, alors qu’elle identifie la ligne.
    .hint = Remplissez la cellule.
    .cause = Colonne « { $field } » : vide, alors qu’elle identifie la ligne.
unique-duplicate = Cette ligne répète la ligne { $first } : même valeur dans { $fields }, qui doit être différente à chaque ligne.
    .hint = Corrigez l’une des deux lignes, ou n’en gardez qu’une.
    .cause = Une autre ligne a la même valeur dans { $fields }, qui doit être différente à chaque ligne.
text-after-quote = Il y a du texte après un guillemet fermant.
    .hint = Un guillemet à l’intérieur d’une valeur s’écrit deux fois : "".
    .cause = Il y a du texte après un guillemet fermant.
bare-quote = Il y a un guillemet dans une valeur qui n’est pas entre guillemets.
    .hint = Mettez toute la valeur entre guillemets et doublez ceux qu’elle contient : "".
    .cause = Il y a un guillemet dans une valeur qui n’est pas entre guillemets.
lone-carriage-return = Cette ligne contient une fin de ligne d’un ancien type (un retour chariot seul).
    .hint = Enregistrez à nouveau le fichier en CSV depuis le tableur.
    .cause = La ligne contient une fin de ligne d’un ancien type (un retour chariot seul).
row-over-limit = Cette ligne a { $count } octets ; { $limit } au plus sont permis.
    .hint = Cherchez un guillemet manquant : il réunit plusieurs lignes en une seule.
    .cause = La ligne dépasse les { $limit } octets permis.
record-too-long = Cette ligne ne se termine pas dans les { $limit } octets permis ; la suite du fichier ne peut pas être lue.
    .hint = Cherchez sur cette ligne un guillemet manquant, ou vérifiez que le fichier est bien un tableau.
    .cause = Une ligne ne se termine pas dans les { $limit } octets permis.

## Cell: types

none-filled = L’une au moins des colonnes { $fields } doit avoir une valeur, et aucune n’en a.
    .hint = Remplissez-en une, ou retirez la ligne.
    .cause = Aucune des colonnes { $fields } n’a de valeur.
not-integer = Colonne « { $field } » : « { $cell } » n’est pas un nombre entier.
    .hint = N’écrivez que des chiffres, sans espaces, décimales ni unités.
    .cause = Colonne « { $field } » : pas un nombre entier.
not-number = Colonne « { $field } » : « { $cell } » n’est pas un nombre.
    .hint = N’écrivez que des chiffres et au plus un signe décimal, sans unités.
    .cause = Colonne « { $field } » : pas un nombre.
not-boolean = Colonne « { $field } » : « { $cell } » n’est ni oui ni non. Valeurs permises : { $allowed }.
    .hint = Écrivez l’une des valeurs permises : { $allowed }.
    .cause = Colonne « { $field } » : ni oui ni non. Valeurs permises : { $allowed }.
not-date = Colonne « { $field } » : « { $cell } » n’est pas une date écrite { $pattern }, comme { $example }.
    .hint = Écrivez la date sous la forme { $pattern } ; dans un tableur, changez le format de toute la colonne.
    .cause = Colonne « { $field } » : pas une date écrite { $pattern }, comme { $example }.
not-time = Colonne « { $field } » : « { $cell } » n’est pas une heure écrite { $pattern }, comme { $example }.
    .hint = Écrivez l’heure sous la forme { $pattern } ; dans un tableur, changez le format de toute la colonne.
    .cause = Colonne « { $field } » : pas une heure écrite { $pattern }, comme { $example }.
not-datetime = Colonne « { $field } » : « { $cell } » n’est pas une date avec heure écrite { $pattern }, comme { $example }.
    .hint = Écrivez la date et l’heure sous la forme { $pattern } ; dans un tableur, changez le format de toute la colonne.
    .cause = Colonne « { $field } » : pas une date avec heure écrite { $pattern }, comme { $example }.
no-such-day = Colonne « { $field } » : « { $cell } » n’est pas un jour du calendrier (lu comme { $pattern }).
    .hint = Corrigez la date ; vérifiez que le jour et le mois sont dans le bon ordre.
    .cause = Colonne « { $field } » : pas un jour du calendrier (lu comme { $pattern }).
no-such-time = Colonne « { $field } » : « { $cell } » n’est pas une heure du jour (lu comme { $pattern }).
    .hint = Écrivez l’heure de 00 à 23, les minutes et les secondes de 00 à 59, comme { $example }.
    .cause = Colonne « { $field } » : pas une heure du jour (lu comme { $pattern }).
time-not-allowed = Colonne « { $field } » : « { $cell } » contient une heure ; seule une date est permise, écrite { $pattern }.
    .hint = Supprimez l’heure.
    .cause = Colonne « { $field } » : contient une heure alors que seule une date est permise, écrite { $pattern }.
time-missing = Colonne « { $field } » : « { $cell } » n’a pas d’heure ; il faut l’écrire { $pattern }.
    .hint = Ajoutez l’heure.
    .cause = Colonne « { $field } » : pas d’heure ; il faut l’écrire { $pattern }.
midnight-assumed = Colonne « { $field } » : « { $cell } » n’a pas d’heure ; la destination comprendra minuit ({ $pattern }).
    .hint = Écrivez aussi l’heure, si elle compte.
    .cause = Colonne « { $field } » : pas d’heure ; la destination comprendra minuit ({ $pattern }).
no-such-local-time = Colonne « { $field } » : « { $cell } » n’existe pas dans le fuseau { $zone } : à cette heure-là, on est passé à l’heure d’été.
    .hint = Corrigez l’heure.
    .cause = Colonne « { $field } » : une heure qui n’existe pas dans le fuseau { $zone }, à cause du passage à l’heure d’été.
not-year = Colonne « { $field } » : « { $cell } » n’est pas une année en quatre chiffres.
    .hint = Écrivez l’année en quatre chiffres, comme 2026.
    .cause = Colonne « { $field } » : pas une année en quatre chiffres.
not-yearmonth = Colonne « { $field } » : « { $cell } » n’est pas une année et un mois, comme 2026-04.
    .hint = Écrivez quatre chiffres, un trait d’union et deux chiffres.
    .cause = Colonne « { $field } » : pas une année et un mois, comme 2026-04.
not-email = Colonne « { $field } » : « { $cell } » n’est pas une adresse de courriel.
    .hint = Écrivez une seule adresse, comme nom@example.org, sans espaces.
    .cause = Colonne « { $field } » : pas une adresse de courriel.
not-uri = Colonne « { $field } » : « { $cell } » n’est pas une adresse web.
    .hint = Écrivez l’adresse entière, comme https://example.org/page.
    .cause = Colonne « { $field } » : pas une adresse web.
not-uuid = Colonne « { $field } » : « { $cell } » n’est pas un identifiant de forme UUID.
    .hint = Copiez à nouveau l’identifiant : 32 lettres et chiffres en cinq groupes.
    .cause = Colonne « { $field } » : pas un identifiant de forme UUID.
not-binary = Colonne « { $field } » : « { $cell } » n’est pas du texte Base64.
    .hint = Exportez la valeur à nouveau.
    .cause = Colonne « { $field } » : pas du texte Base64.
not-postal-code = { $guess ->
        [yes] Colonne « { $field } » : « { $cell } » n’est pas un code postal canadien ; vouliez-vous écrire « { $near } » ?
       *[no] Colonne « { $field } » : « { $cell } » n’est pas un code postal canadien.
    }
    .hint = Écrivez lettre, chiffre, lettre, espace, chiffre, lettre, chiffre, comme H2X 1Y4 ; un zéro n’est pas la lettre O.
    .cause = Colonne « { $field } » : pas un code postal canadien.
not-list-item = Colonne « { $field } » : dans la liste, « { $item } » n’est pas { $type ->
        [integer] un nombre entier
        [number] un nombre
        [boolean] vrai ou faux
        [date] une date
        [time] une heure
        [datetime] une date avec heure
       *[other] du type { $type }
    }.
    .hint = Corrigez cette valeur de la liste.
    .cause = Colonne « { $field } » : une valeur de la liste n’est pas { $type ->
        [integer] un nombre entier
        [number] un nombre
        [boolean] vrai ou faux
        [date] une date
        [time] une heure
        [datetime] une date avec heure
       *[other] du type { $type }
    }.
spreadsheet-number = Colonne « { $field } » : « { $cell } » a été raccourci par un tableur ; des chiffres sont perdus.
    .hint = Exportez le fichier à nouveau, et importez la colonne comme texte avant de l’enregistrer depuis un tableur.
    .cause = Colonne « { $field } » : valeur raccourcie par un tableur ; des chiffres sont perdus.

formula-error = Colonne « { $field } » : une formule a échoué ({ $cell }).
    .hint = Corrigez la formule, ou remplacez-la par sa valeur.
    .cause = Colonne « { $field } » : une formule a échoué.

## Cell: constraints

required = Colonne « { $field } » : vide, alors qu’une valeur est obligatoire.
    .hint = Remplissez la cellule.
    .cause = Colonne « { $field } » : vide, alors qu’une valeur est obligatoire.
too-short = Colonne « { $field } » : « { $cell } » a une longueur de { $count } ; il faut au moins { $limit }.
    .hint = Complétez la valeur.
    .cause = Colonne « { $field } » : longueur inférieure à { $limit }.
too-long = Colonne « { $field } » : « { $cell } » a une longueur de { $count } ; le maximum permis est { $limit }.
    .hint = Raccourcissez la valeur.
    .cause = Colonne « { $field } » : longueur supérieure à { $limit }.
too-many-cell-bytes = Colonne « { $field } » : la valeur a { $count } octets ; { $limit } au plus sont permis.
    .hint = Raccourcissez la valeur ; une lettre accentuée compte pour deux octets ou plus.
    .cause = Colonne « { $field } » : plus de { $limit } octets.
below-minimum = Colonne « { $field } » : « { $cell } » est inférieur à { $limit }.
    .hint = Corrigez la valeur : { $limit } ou plus.
    .cause = Colonne « { $field } » : inférieur à { $limit }.
above-maximum = Colonne « { $field } » : « { $cell } » est supérieur à { $limit }.
    .hint = Corrigez la valeur : { $limit } ou moins.
    .cause = Colonne « { $field } » : supérieur à { $limit }.
not-above-minimum = Colonne « { $field } » : « { $cell } » doit être plus grand que { $limit }.
    .hint = Corrigez la valeur : plus que { $limit }.
    .cause = Colonne « { $field } » : pas plus grand que { $limit }.
not-below-maximum = Colonne « { $field } » : « { $cell } » doit être plus petit que { $limit }.
    .hint = Corrigez la valeur : moins que { $limit }.
    .cause = Colonne « { $field } » : pas plus petit que { $limit }.
pattern-mismatch = Colonne « { $field } » : « { $cell } » n’est pas écrit sous la forme attendue ({ $pattern }).
    .hint = Comparez avec une valeur acceptée et écrivez celle-ci de la même façon.
    .cause = Colonne « { $field } » : pas écrit sous la forme attendue ({ $pattern }).
not-in-enum = { $guess ->
        [yes] Colonne « { $field } » : « { $cell } » ne fait pas partie des valeurs permises ({ $allowed }) ; vouliez-vous dire « { $near } » ?
       *[no] Colonne « { $field } » : « { $cell } » ne fait pas partie des valeurs permises ({ $allowed }).
    }
    .hint = Écrivez l’une des valeurs permises : { $allowed }.
    .cause = Colonne « { $field } » : ne fait pas partie des valeurs permises ({ $allowed }).
not-lowercase = Colonne « { $field } » : « { $cell } » contient des majuscules.
    .hint = Écrivez la valeur en minuscules.
    .cause = Colonne « { $field } » : contient des majuscules.
value-dropped = La valeur a été laissée de côté, la ligne a été gardée. { $why }
    .hint = Il n’y a rien à faire ; corrigez la valeur à la source pour qu’elle soit envoyée.
    .cause = La valeur a été laissée de côté, la ligne a été gardée. { $why }

## Cell: characters

nul-byte = Colonne « { $field } » : la valeur contient un octet NUL ; le fichier est abîmé.
    .hint = Exportez le fichier à nouveau.
    .cause = Colonne « { $field } » : contient un octet NUL ; le fichier est abîmé.
line-break-in-cell = Colonne « { $field } » : la valeur contient un saut de ligne.
    .hint = Remplacez le saut de ligne par une espace.
    .cause = Colonne « { $field } » : contient un saut de ligne.
control-character = Colonne « { $field } » : la valeur contient un caractère invisible ({ $code }).
    .hint = Tapez la valeur à nouveau.
    .cause = Colonne « { $field } » : contient un caractère invisible.
cell-over-limit = Colonne « { $field } » : la valeur a { $count } octets ; { $limit } au plus sont permis.
    .hint = Cherchez un guillemet manquant : il réunit plusieurs cellules en une seule.
    .cause = Colonne « { $field } » : dépasse les { $limit } octets permis.
unwritable = Colonne « { $field } » : le caractère « { $character } » n’existe pas en { $encoding }, que la destination attend.
    .hint = Remplacez le caractère.
    .cause = Colonne « { $field } » : contient un caractère qui n’existe pas en { $encoding }, que la destination attend.
character-replaced = Colonne « { $field } » : le caractère « { $character } » n’existe pas en { $encoding }, et a été remplacé par « { $substitute } ».
    .hint = Il n’y a rien à faire si l’autre texte convient ; sinon corrigez-le à la source.
    .cause = Colonne « { $field } » : un caractère qui n’existe pas en { $encoding } a été remplacé, comme le schéma le demande.
needs-quotes = Colonne « { $field } » : « { $character } » ne peut pas être écrit dans ce fichier, dont les valeurs ne sont pas entre guillemets.
    .hint = Retirez ce caractère de la valeur.
    .cause = Colonne « { $field } » : contient un caractère qui ne peut pas être écrit sans guillemets.
value-unmapped = { $guess ->
        [yes] Colonne « { $field } » : la route « { $route } » ne dit pas ce que devient « { $cell } » dans « { $column } » ; vouliez-vous dire « { $near } » ?
       *[no] Colonne « { $field } » : la route « { $route } » ne dit pas ce que devient « { $cell } » dans « { $column } ».
    }
    .hint = Corrigez la valeur, ou ajoutez-la à la table de cette colonne dans passeur.toml.
    .cause = Colonne « { $field } » : la route « { $route } » ne dit pas ce que deviennent certaines valeurs dans « { $column } ».
creation-only = La colonne « { $column } » n’est permise qu’à la création de la fiche.
    .hint = Laissez cette colonne de côté pour les fiches qui existent déjà.
    .cause = La colonne « { $column } » n’est permise qu’à la création de la fiche.

## Kinds of finding

slug-source-error = Fichier inutilisable
    .about = Le fichier ne peut pas être ouvert ou lu, est vide, ou n’est pas un export connu.
slug-sheet-not-read = Feuille non lue
    .about = Un classeur a d’autres feuilles que celle qui a été lue.
slug-encoding-error = Mauvais encodage
    .about = Les octets du fichier ne sont pas du texte dans l’encodage qu’il devrait avoir.
slug-quote-not-closed = Guillemet non refermé
    .about = Un guillemet s’ouvre et rien ne le referme : on ne peut pas se fier au reste du fichier.
slug-table-dimensions = Trop grand
    .about = Le fichier a plus de lignes ou d’octets que son schéma ne le permet.
slug-blank-header = Pas d’en-tête
    .about = La ligne des noms de colonnes manque.
slug-blank-label = Colonne sans nom
    .about = Une colonne de l’en-tête n’a pas de nom.
slug-duplicate-label = Colonne nommée deux fois
    .about = Deux colonnes de l’en-tête portent le même nom.
slug-missing-label = Colonne manquante
    .about = Une colonne que le schéma demande n’est pas dans le fichier.
slug-extra-label = Colonne inattendue
    .about = Le fichier a une colonne que le schéma ne connaît pas.
slug-incorrect-label = Mauvaise colonne
    .about = Une colonne a un autre nom, ou une autre place, que ce que dit le schéma.
slug-date-order = Ordre du jour et du mois
    .about = Des dates d’une colonne contredisent l’ordre du jour et du mois que dit le schéma. Si d’autres peuvent se lire des deux façons, le fichier est refusé : un jour lu comme un mois paraît juste et ne l’est pas.
slug-blank-row = Ligne vide
    .about = Une ligne ne contient rien.
slug-missing-cell = Trop peu de cellules
    .about = Une ligne a moins de cellules que l’en-tête n’a de colonnes.
slug-extra-cell = Trop de cellules
    .about = Une ligne a plus de cellules que l’en-tête n’a de colonnes.
slug-primary-key = Identifiant vide ou répété
    .about = Les colonnes qui identifient une ligne sont vides, ou une autre ligne y a les mêmes valeurs.
slug-unique-error = Valeur répétée
    .about = Une valeur qui doit être différente à chaque ligne apparaît deux fois.
slug-foreign-key = Référence inconnue
    .about = La ligne renvoie à une personne ou à un compte absent de tous les exports de personnes.
slug-row-left-out = Ligne laissée de côté
    .about = La ligne est juste, mais aucun fichier ne peut la prendre.
slug-quote-error = Guillemet ou fin de ligne mal placés
    .about = Les guillemets ou les fins de ligne d’une ligne ne suivent pas les règles du CSV.
slug-row-too-long = Ligne trop longue
    .about = Une ligne a plus d’octets que ce qui est permis.
slug-row-constraint = Ligne qui en dit trop peu
    .about = Il manque une valeur que l’une de plusieurs colonnes doit avoir.
slug-type-error = Mauvais type
    .about = Une valeur n’est pas du type de sa colonne : pas un nombre, pas une date, pas une adresse.
slug-constraint-error = Règle non respectée
    .about = Une valeur a le bon type mais enfreint une règle de sa colonne : obligatoire, longueur, bornes, forme, liste de valeurs.
slug-forbidden-character = Caractère interdit
    .about = Une valeur contient un caractère qui ne doit pas s’y trouver.
slug-cell-too-long = Cellule trop longue
    .about = Une valeur a plus d’octets que ce qui est permis.
slug-cell-encoding = Caractère impossible à écrire
    .about = Une valeur contient un caractère que l’encodage du fichier à envoyer ne possède pas.
slug-unmapped-value = Valeur sans équivalent
    .about = Une valeur de l’export n’est pas dans la table qui la traduit pour le partenaire.
slug-column-not-allowed = Colonne non permise ici
    .about = Une colonne est remplie alors que le partenaire ne l’accepte que pour les nouvelles fiches.

## review

# Une cause et ses lignes. $what est le texte de la cause.
cause-rows = { $rows ->
        [one] { $rows } ligne : { $what }
       *[other] { $rows } lignes : { $what }
    }
cause-lines = { $count ->
        [one] ligne { $lines }
       *[other] lignes { $lines }
    }
cause-others = { $rows ->
        [one] { $rows } autre constat
       *[other] { $rows } autres constats
    }
report-hint = conseil : { $hint }
report-warning = avertissement
report-valid = { $rows ->
        [one] { $file } : { $rows } ligne, aucun problème trouvé
       *[other] { $file } : { $rows } lignes, aucun problème trouvé
    }
report-counts = { $file } : { $rows ->
        [one] { $rows } ligne
       *[other] { $rows } lignes
    }, { $errors ->
        [one] { $errors } erreur
       *[other] { $errors } erreurs
    }, { $warnings ->
        [one] { $warnings } avertissement
       *[other] { $warnings } avertissements
    }
report-not-shown = { $count ->
        [one] … et { $count } autre constat, compté ci-dessous ; --format csv les donne tous
       *[other] … et { $count } autres constats, comptés ci-dessous ; --format csv les donne tous
    }

## cli

read-schema = schéma { $schema }
read-file = { $file } : { $how }
separator-tab = tabulation
read-as = lu comme { $schema }, { $encoding } ({ $why }), séparateur { $separator } ({ $separatorWhy })
read-sheet-as = lu comme { $schema }, feuille « { $sheet } » d’un classeur
patch-intro = Pour accepter les colonnes de ce fichier, il faudrait au schéma :
patch-alias = « { $label } » : « { $near } » comme alias
patch-optional = « { $label } » : peut manquer (optional)
patch-more = plus de colonnes que le schéma n’en a (fieldsMatch)
patch-order = les colonnes dans n’importe quel ordre (fieldsMatch)
patch-how = Pour écrire ce schéma : passeur check { $file } --schema { $schema } --patch { $path }
patch-written = Un schéma qui accepte les colonnes de ces fichiers est dans { $path }. Relisez-le avant de l’utiliser.
patch-none = Le schéma n’a pas à changer, ou rien n’y aiderait : { $path } n’a pas été écrit.
read-runner-up = schéma suivant le plus proche : { $schema }
encoding-why-asked = demandé
encoding-why-declared = le schéma le dit
encoding-why-byte-order-mark = son indicateur d’ordre des octets le dit
encoding-why-valid-utf8 = tous les octets y correspondent
encoding-why-not-utf8 = ce n’est pas de l’UTF-8
encoding-why-workbook = c’est un classeur
separator-why-asked = demandé
separator-why-declared = le schéma le dit
separator-why-counted = le plus fréquent dans la ligne d’en-tête
separator-why-workbook = pour les lignes refusées
rows = { $rows ->
        [one] { $rows } ligne
       *[other] { $rows } lignes
    } : { $accepted ->
        [one] { $accepted } acceptée
       *[other] { $accepted } acceptées
    }, { $rejected ->
        [one] { $rejected } rejetée
       *[other] { $rejected } rejetées
    }
on-line = ligne { $line }
snapshot-changes = base clients ({ $kind }) : nouvelles { $added }, modifiées { $changed }, inchangées { $unchanged }, absentes { $missing }, revenues { $back }, laissées de côté { $ignored }
kind-people = personnes
kind-registrations = inscriptions
kind-memberships = abonnements
kind-unsubscribed = désabonnés
base = Base clients : { $contacts ->
        [one] { $contacts } contact
       *[other] { $contacts } contacts
    } (dont archivés : { $archived }), { $places ->
        [one] { $places } place dans des groupes
       *[other] { $places } places dans des groupes
    }, { $unsubscribed ->
        [one] { $unsubscribed } adresse désabonnée
       *[other] { $unsubscribed } adresses désabonnées
    }
base-held = Base clients : RETENUE, rien n’en a été envoyé
status-base-held = Base clients : RETENUE par le garde-fou des retraits. Cela mettrait fin à { $registrations ->
        [one] { $registrations } inscription
       *[other] { $registrations } inscriptions
    } sur { $ofRegistrations }, archiverait { $people ->
        [one] { $people } personne
       *[other] { $people } personnes
    } sur { $ofPeople } et retirerait { $returned ->
        [one] { $returned } adresse
       *[other] { $returned } adresses
    } sur { $ofAddresses } de la liste des désabonnés. Déposez les exports complets ; ou, si c’est voulu : passeur release customer-base
base-released = Le prochain traitement mettra la base clients à jour, retraits compris.
base-not-held = Rien à libérer : aucun garde-fou ne retient la base clients.
base-model = lignes du modèle { $model } qui ne peuvent pas être envoyées :
base-rejected-file = ces lignes, avec la raison : { $path }. Corrigez-les dans Amilia : le prochain export les apportera
base-equal-titles = Les activités { $activities } portent le même titre, « { $title } » : elles restent distinctes, mais leurs groupes ne se distinguent pas par le nom
base-address-unsubscribed = { $count ->
        [one] { $count } ligne du modèle { $model } est laissée de côté : son adresse est sur la liste des désabonnés, et seuls les fichiers qui retirent des adresses la prennent
       *[other] { $count } lignes du modèle { $model } sont laissées de côté : leurs adresses sont sur la liste des désabonnés, et seuls les fichiers qui retirent des adresses les prennent
    }
base-address-forgotten = { $count ->
        [one] { $count } ligne du modèle { $model } est laissée de côté : sa personne a été oubliée
       *[other] { $count } lignes du modèle { $model } sont laissées de côté : leurs personnes ont été oubliées
    }
base-shared-addresses = { $count ->
        [one] { $count } adresse appartient à des personnes de plusieurs comptes ; le contact montre l’une d’elles
       *[other] { $count } adresses appartiennent à des personnes de plusieurs comptes ; chaque contact montre l’une d’elles
    }
base-separator-replaced = { $count ->
        [one] Le nom d’une activité, ou de ce dont elle fait partie, contient « \ », qui sépare les niveaux du titre d’un groupe : « / » en tient lieu, comme dans « { $title } »
       *[other] Les noms de { $count } activités, ou de ce dont elles font partie, contiennent « \ », qui sépare les niveaux du titre d’un groupe : « / » en tient lieu, comme dans « { $title } »
    }
base-no-consent = { $count ->
        [one] { $count } contact n’a ni inscription ni achat, donc pas de date de consentement
       *[other] { $count } contacts n’ont ni inscription ni achat, donc pas de date de consentement
    }
hold-removals = Cela mettrait fin à { $registrations ->
        [one] { $registrations } inscription
       *[other] { $registrations } inscriptions
    } sur { $ofRegistrations } ({ $registrationShare } ; { $registrationLimit } au plus passent), archiverait { $people ->
        [one] { $people } personne
       *[other] { $people } personnes
    } sur { $ofPeople } ({ $peopleShare } ; { $peopleLimit } au plus) et retirerait { $returned ->
        [one] { $returned } adresse
       *[other] { $returned } adresses
    } sur { $ofAddresses } de la liste des désabonnés ({ $returnedShare } ; { $returnedLimit } au plus). Un export a-t-il été coupé ? Déposez l’export complet et tout rentre dans l’ordre. Si c’est voulu : passeur release customer-base
export-parked = attend dans { $inbox } un export de personnes : sans lui, on ne sait ni qui est propriétaire d’un compte ni qui est un enfant. Déposez l’export des personnes ; ce fichier partira avec le prochain traitement
delta = route { $route } : nouvelles { $new }{ $newKeys }, modifiées { $changed }{ $changedKeys }, déjà envoyées { $same }, disparues { $gone }
delta-again = { $count ->
        [one] --full : { $count } ligne est renvoyée telle quelle
       *[other] --full : { $count } lignes sont renvoyées telles quelles
    }
delta-columns = colonnes modifiées : { $columns }
more-causes = { $count ->
        [one] … et { $count } autre cause, dans le rapport
       *[other] … et { $count } autres causes, dans le rapport
    }
rejected-file = lignes rejetées, à corriger puis à redéposer : { $path }
export-refused = refusé : rien de ce fichier n’a été utilisé
export-kept = le fichier est conservé dans { $path }
export-duplicate = le même contenu a déjà été traité (sous le nom { $name }, exécution { $run }) : rien n’est renvoyé. Pour le renvoyer volontairement : passeur run --resend
export-changed = quelqu’un a écrit dans le fichier pendant sa lecture : il est de retour dans la boîte de dépôt, pour la prochaine exécution
export-failed = n’a pas pu être traité : { $said }
left-changed = { $name } : modifié au moment d’être pris ; il reste dans la boîte de dépôt pour la prochaine exécution
left-settling = { $name } : encore en cours d’écriture ; il reste dans la boîte de dépôt pour la prochaine exécution
left-not-a-file = { $name } : un { $kind }, pas un fichier ; il reste dans la boîte de dépôt. Déposez les exports eux-mêmes
left-kind-folder = dossier
left-kind-link = lien
left-kind-special = tube ou périphérique
left-unreadable = { $name } : ne peut pas être lu ({ $detail }) ; il reste dans la boîte de dépôt
files = Fichiers
file-delivered = { $rows ->
        [one] { $name } : { $rows } ligne, livrée à { $destination }
       *[other] { $name } : { $rows } lignes, livrées à { $destination }
    }
file-held = { $rows ->
        [one] { $name } : { $rows } ligne, RETENUE, pas envoyée à { $destination }
       *[other] { $name } : { $rows } lignes, RETENUES, pas envoyées à { $destination }
    }
file-inside = { $rows ->
        [one] { $name } : { $rows } ligne, dans { $archive }
       *[other] { $name } : { $rows } lignes, dans { $archive }
    }
file-discarded = { $name } : abandonné
file-waiting = { $rows ->
        [one] { $name } : { $rows } ligne, pas encore livrée à { $destination } ; la prochaine exécution réessaiera
       *[other] { $name } : { $rows } lignes, pas encore livrées à { $destination } ; la prochaine exécution réessaiera
    }
reports-in = Rapports : { $folder }
run-nothing = Rien à faire : aucun export dans { $inbox }, rien n’attend d’être livré.
run-interrupted = Arrêté par un signal. Ce qui reste dans { $inbox }, et les fichiers ci-dessous qui ne sont pas livrés, partiront à la prochaine exécution.
plan-intro = Voici ce que ferait une exécution. Rien n’a été écrit, déplacé ni envoyé.
plan-file = { $rows ->
        [one] enverrait { $name } : { $rows } ligne, à { $destination }
       *[other] enverrait { $name } : { $rows } lignes, à { $destination }
    }
plan-file-held = { $rows ->
        [one] RETIENDRAIT { $name } : { $rows } ligne, pour { $destination }
       *[other] RETIENDRAIT { $name } : { $rows } lignes, pour { $destination }
    }
plan-with-set = avec le lot { $set }
plan-inside = dans { $archive }, avec le lot { $set }
plan-waiting = { $rows ->
        [one] { $name } : { $rows } ligne d’une exécution précédente, serait livrée à { $destination }
       *[other] { $name } : { $rows } lignes d’une exécution précédente, seraient livrées à { $destination }
    }
plan-hold-rejected = { $share } des lignes sont rejetées, plus que la route ne le permet
hold-too-many-rejected = { $rejected ->
        [one] { $rejected } ligne
       *[other] { $rejected } lignes
    } sur { $rows } ({ $share }) { $rejected ->
        [one] est rejetée
       *[other] sont rejetées
    } ; la route { $route } en permet { $limit } (max_rejected). Corrigez les lignes et redéposez l’export, ou augmentez max_rejected
hold-too-few-subsections = la route { $route } a besoin de { $needed ->
        [one] { $needed } sous-section libre
       *[other] { $needed } sous-sections libres
    } aujourd’hui et en a { $free } : chaque fichier doit avoir son propre nom. Ajoutez des sous-sections à la route (la plateforme doit les connaître), ou attendez demain
hold-one-name = la route { $route } produit { $needed ->
        [one] un fichier
       *[other] { $needed } fichiers
    } et a { $free ->
        [0] aucun nom libre : un fichier antérieur l’a. Attendez qu’il soit livré, ou abandonnez-le ; puis libérez celui-ci sous le nom libre
       *[other] un seul nom, car ses noms n’ont pas de sous-section. Si la plateforme peut chercher plusieurs fichiers, écrivez {"{subsection}"} dans file_name et nommez des sous-sections
    }
hold-shrunk = { $now } lignes, après { $before } dans le dernier fichier de la route { $route } : { $share } ont disparu, et { $limit } passent (max_shrink). Ce fichier remplace la liste : qui n’y est pas devient inactif. Un export a-t-il été tronqué ? Abandonnez le fichier et déposez l’export entier. S’il est juste, libérez-le
hold-sends-mail = ce fichier fait envoyer du courrier par la plateforme ({ $time }) à toutes les personnes qui y sont. Regardez-le, puis libérez-le ; ou abandonnez-le
hold-day-past = { $name } est le nom du { $day }, et { $destination } cherche le nom du jour où il cherche : rien n’a été envoyé. Libérez-le sous le nom du prochain jour où il sera pris ; ou abandonnez-le, et redéposez l’export
hold-archive-name = le lot { $set } produit une archive nommée { $name }, et une archive antérieure a ce nom. Libérez-la sous un autre nom que la plateforme cherche, ou abandonnez-la
hold-archive-too-large = les fichiers du lot { $set } font { $size } octets ensemble, et la plateforme en prend { $limit }, peut-être avant compression. Abandonnez l’archive et envoyez moins à la fois, ou libérez-la si votre contact à la plateforme dit qu’elle est prise
hold-send-time-past = l’heure d’envoi de cette campagne ({ $time }) est passée avant la livraison du fichier. Abandonnez-le, donnez un autre send_time et redéposez l’export
sheet-title = Fiche de configuration de la route { $route } : { $title }
sheet-no-route = { $guess ->
        [yes] il n’y a pas de route { $route } (vouliez-vous dire { $near } ?) ; routes : { $known }
       *[no] il n’y a pas de route { $route } ; routes : { $known }
    }
sheet-schema = Schéma
sheet-folder = Dossier
sheet-entity = Entité
sheet-name = Nom du fichier
sheet-packaging = Compression
sheet-archive = { $others ->
        [0] zip : { $name }
       *[other] zip : { $name }, avec les fichiers de { $routes }
    }
sheet-in-set = Dans un lot
sheet-must-come = doit être là : sans lui, rien du lot n’est envoyé
sheet-may-lack = peut manquer : marquez-le facultatif
sheet-inner = , contenant { $name }
sheet-day = Jour dans le nom
sheet-day-pickup = { $days ->
        [0] le jour où le fichier est produit ; la plateforme doit le chercher ce jour-là
        [one] le lendemain du jour où le fichier est produit ; la plateforme doit le chercher ce jour-là
       *[other] { $days } jours après la production du fichier ; la plateforme doit le chercher ce jour-là
    }
sheet-send-time = {" "}(heure d’envoi en { $zone })
sheet-header = En-tête
sheet-header-first = première ligne
sheet-no = aucun
sheet-delimiter = Séparateur
sheet-tab = tabulation
sheet-quoting = Guillemets
sheet-quoting-never = aucun
sheet-quoting-necessary = { $quote } là où une valeur en a besoin ; doublés dans une valeur
sheet-quoting-always = { $quote } autour de chaque valeur ; doublés dans une valeur
sheet-quoting-non-empty = { $quote } autour de chaque valeur, rien autour d’une cellule vide ; doublés dans une valeur
sheet-line-end = Fins de ligne
sheet-encoding = Encodage
sheet-with-mark = avec marque d’ordre des octets (BOM)
sheet-without-mark = sans marque d’ordre des octets (BOM)
sheet-rows = Lignes, au plus
sheet-bytes = Octets, au plus
sheet-key = Clé
sheet-mode = Mode d’import
sheet-mode-add = ajout
sheet-mode-replace = remplacement
sheet-mode-unsubscribe = désabonnement
sheet-send = Contenu d’un fichier
sheet-send-all = toutes les lignes, chaque fois
sheet-send-new = les lignes jamais envoyées ; aucune ne vient deux fois
sheet-send-changed = les lignes nouvelles ou modifiées ; ce qui n’y est pas reste tel quel
sheet-send-updated = les lignes déjà envoyées et modifiées depuis ; aucune nouvelle
sheet-zone = Fuseau horaire
sheet-columns = Colonnes, dans cet ordre :
sheet-most = au plus { $limit } caractères
sheet-one-of = l’un de : { $allowed }
sheet-required = jamais vide
sheet-unique = unique
sheet-example = par exemple { $example }
sheet-type-email = adresse courriel
sheet-type-text = texte
sheet-type-integer = nombre entier
sheet-type-number = nombre, avec un point décimal
sheet-type-boolean = oui ou non
sheet-type-year = année
sheet-type-month = mois
sheet-type-list = liste
status-never = Aucune exécution pour l’instant.
status-runs = Dernières exécutions
run-outcome-complete = complète
run-outcome-attention = quelque chose attend une personne
run-outcome-failed = échouée
run-outcome-interrupted = interrompue ; l’exécution suivante a continué
run-outcome-unfinished = en cours, ou interrompue : la prochaine exécution continuera
status-delivered = { $count ->
        [one] { $count } fichier livré jusqu’ici.
       *[other] { $count } fichiers livrés jusqu’ici.
    }
status-quiet = Rien n’attend, rien n’est retenu.
status-held = Retenus, en attente d’une personne
status-waiting = En attente de livraison : la prochaine exécution réessaiera
status-file = { $rows ->
        [one] #{ $id } { $name } : { $rows } ligne, pour { $destination }
       *[other] #{ $id } { $name } : { $rows } lignes, pour { $destination }
    }
demo-intro = Le projet d’exemple est dans { $folder }. Deux exports se trouvent dans sa boîte de dépôt, avec quelques lignes fautives exprès. Voici ce que `passeur run` en fait :
demo-look = Où regarder :

# Fichiers retenus : pourquoi, que faire, et ce qui a été décidé.
state-staged = en attente de livraison
state-uploading = en cours d’envoi
state-verified = envoyé, mais pas encore visible
state-committing = en train d’être rendu visible
state-delivered = livré
state-held = retenu
state-discarded = abandonné
hold-name-taken = { $destination } a déjà un fichier nommé { $name }, que passeur n’y a pas mis lors de cette livraison. Rien n’a été remplacé. Un nom ne sert qu’une fois : envoyez le nôtre sous un autre nom, ou abandonnez-le
hold-permission-denied = { $destination } ne nous laisse pas écrire, renommer ou lire dans son dossier. Faites donner ce droit, puis libérez le fichier
hold-disk-full = il n’y a plus de place chez { $destination }. Faites-en libérer, puis libérez le fichier
hold-server-refused = le serveur a refusé, sans dire pourquoi en des termes que passeur connaît. Il a dit : { $detail }
hold-destination-changed = le fichier était en route vers { $address } quand la destination a été changée. On ne peut plus demander s’il y est arrivé : regardez là-bas. Libérez-le s’il n’est pas arrivé, abandonnez-le s’il l’est
hold-uncertain = après une réponse perdue, { $destination } a autre chose sous le nom { $name }. Regardez là-bas : abandonnez le nôtre s’il est arrivé, libérez-le sinon
hold-staged-file-changed = notre propre copie, { $path }, manque ou a été modifiée après coup. Remettez-la en place et libérez le fichier, ou abandonnez-le et redéposez l’export
held-release = l’envoyer :       { $command }
held-discard = ne pas l’envoyer : { $command }
held-other-name = AUTRE-NOM
decide-released = #{ $id } { $name } est libéré : la prochaine exécution (passeur run) l’envoie à { $destination } sous ce nom.
decide-discarded = #{ $id } { $name } est abandonné : il ne sera jamais envoyé, et son nom est libre.
decide-export-free = Plus aucun fichier de { $export } n’a été envoyé ni n’attend : redéposé, il sera traité comme un nouveau.
decide-export-partly-sent = D’autres fichiers de { $export } ont été envoyés ou attendent. Pour renvoyer le tout, redéposez-le et lancez : passeur run --resend
decide-not-held = le fichier #{ $id } n’est pas retenu, il est { $state } : il n’y a rien à décider. « passeur status » liste les fichiers retenus
decide-of-set = le fichier #{ $id } ({ $state }) fait partie du lot { $set } : il est livré avec les autres, et ne peut pas être abandonné seul tant qu’il n’est pas retenu. « passeur status » montre ce que le lot attend
decide-unresolved = le fichier #{ $id } est peut-être déjà visible à la destination : son changement de nom a commencé, et la réponse n’est pas connue. La prochaine exécution regarde là-bas ; ce qu’elle ne peut pas établir, elle le retient pour une décision
decide-needs-name = le fichier #{ $id } ne peut pas partir sous son nom : donnez-en un autre avec --as NOM. « passeur status » en montre un qui est libre
decide-bad-name = ce nom ne peut pas servir : { $detail }
decide-other-kind = le nouveau nom doit commencer par { $start } et avoir une sous-section que la plateforme connaît : avec un autre début, ce serait un autre type de fichier
decide-other-name = le nouveau nom doit être un nom que la route produit : { $name }
decide-day-past = le jour dans le nom du fichier #{ $id } est passé : la plateforme cherche le nom du jour où elle cherche. Donnez au fichier le nom d’un jour à venir (--as)
decide-send-time-past = l’heure d’envoi de cette campagne est passée. Abandonnez le fichier, donnez un autre send_time et redéposez l’export
decide-name-taken = le registre a déjà un fichier de ce nom à cette destination : un nom ne sert jamais deux fois
decide-staged-changed = le fichier #{ $id } ne peut pas être envoyé : ses octets dans archive/outbound manquent ou ne sont pas ceux qui ont été produits. Abandonnez-le et redéposez l’export

# Faire confiance à un serveur.
destination-unknown = il n’y a pas de destination { $destination } dans passeur.toml ; il y a : { $known }
destination-is-folder = la destination { $destination } est un dossier local : elle n’a ni clé d’hôte ni connexion
trust-already = { $destination } est déjà de confiance : { $fingerprint }
trust-not-pinned = { $destination } présente une clé d’hôte que « host_keys » ne liste pas : { $fingerprint }. Rien n’a été envoyé. Si le partenaire la confirme, écrivez dans la destination :
trust-shown = { $host } présente la clé d’hôte
    { "  " }{ $type } { $fingerprint }
    Comparez-la avec celle que le partenaire vous a donnée, pas avec ce que montre le réseau.
trust-ask = Est-ce la même ? Tapez oui ou non :
trust-refused = Rien n’a été enregistré. Si vous avez comparé l’empreinte : passeur trust --yes
trust-recorded = { $destination } nous a laissés entrer, et sa clé est enregistrée dans { $file }.

# Reçus, revérifiés.
verify-ledger = registre
verify-export = export
verify-copy = notre copie
verify-destination = destination
verify-same = { $part } : identique, octet pour octet
verify-same-size = { $part } : présent, de la bonne taille (--content compare les octets)
verify-picked-up = { $part } : plus là, donc le partenaire l’a pris
verify-erased = { $part } : identique, sauf { $rows ->
        [one] une ligne effacée
       *[other] { $rows } lignes effacées
    } jusqu’au { $day }, comme le dit le reçu
verify-removed = { $part } : supprimé le { $day }, à la fin de sa durée de conservation, comme le dit le reçu
verify-removed-forgotten = { $part } : supprimé le { $day }, quand une personne a été oubliée, comme le dit le reçu
verify-missing = { $part } : MANQUE, il n’y a pas de { $path }
verify-differs = { $part } : DIFFÈRE, le reçu dit { $expected }, trouvé { $found }
verify-not-checked = { $part } : PAS VÉRIFIÉ : { $detail }
verify-unreadable = ILLISIBLE : { $detail }
verify-sum = { $count ->
        [one] { $hold } reçu sur { $count } est bon.
       *[other] { $hold } reçus sur { $count } sont bons.
    }

# Ce que fait un serveur.
probe-intro = { $address }, qui se nomme { $server }
probe-host-key = clé d’hôte : { $fingerprint }
probe-login = connexion : { $methods }
probe-algorithms = algorithmes : { $algorithms }
probe-rename = renommer : { $answer ->
        [yes] oui
       *[no] NON, on ne peut pas y livrer sûrement : demandez au partenaire de le permettre
    }
probe-never-replaces = renommer vers un nom pris : { $answer ->
        [yes] refusé, rien ne peut être écrasé
        [no] REMPLACE le fichier présent ; passeur regarde le nom avant chaque renommage, mais ne peut exclure un fichier qui arrive entre-temps
       *[untested] non testé
    }
probe-posix-rename = posix-rename : non testé (passeur ne demande jamais un renommage qui remplace)
probe-read-back = relecture : { $answer ->
        [yes] oui, verify = "content" est possible
       *[no] non, seul verify = "size" est possible
    }
probe-fsync = durable sur demande (fsync) : { $answer ->
        [yes] oui
       *[no] non, le serveur décide quand les octets sont sur son disque
    }
probe-statvfs = dit son espace libre (statvfs) : { $answer ->
        [yes] oui
       *[no] non, un disque plein ne se distingue pas d’un autre refus
    }
probe-hidden = noms temporaires cachés : { $answer ->
        [yes] permis
       *[no] interdits
    }
probe-speed = réponse après { $roundTrip }, envoi { $rate }
probe-left = N’A PAS PU RETIRER ses propres fichiers : { $names }
probe-written = Écrit dans { $path }.
probe-changed = Ceci diffère du sondage du { $since } :
probe-drifted = { $destination } n’est plus tel que sondé le { $since } : { $ability } était { $before }, est { $now } maintenant. Si vous ne vous y attendiez pas, demandez au partenaire. Pour l’adopter : passeur probe { $destination }
probe-host-key-changed = { $destination } présente une autre clé d’hôte que lors du sondage ({ $before } alors, { $now } maintenant). passeur fait confiance aux deux ; si vous ne vous y attendiez pas, demandez au partenaire. Pour la reprendre : passeur probe { $destination }

## Diagnostic : ce qui est probablement arrivé à un fichier (src/review/diagnosis.rs). $rows : lignes touchées

diagnoses = Probablement :
diagnosis-date-pattern = { $rows ->
        [one] { $rows } valeur de « { $field } » est écrite
       *[other] { $rows } valeurs de « { $field } » sont écrites
    } { $pattern } ; le schéma demande { $expected }.
    .hint = Mettez la colonne au format { $expected } à la source, ou ajoutez ce format à "formats" dans une copie du schéma.
diagnosis-date-pattern-open = { $rows ->
        [one] { $rows } valeur de « { $field } » est écrite
       *[other] { $rows } valeurs de « { $field } » sont écrites
    } { $pattern }, ou avec le mois et le jour dans l’autre ordre ; le schéma demande { $expected }.
    .hint = Mettez la colonne au format { $expected } à la source : ces valeurs ne disent pas lequel est le jour et lequel le mois.
diagnosis-date-serial = { $rows ->
        [one] { $rows } valeur de « { $field } » est un nombre par lequel
       *[other] { $rows } valeurs de « { $field } » sont des nombres par lesquels
    } un tableur garde les dates ; le schéma demande { $expected }.
    .hint = Mettez la colonne au format de date { $expected } dans le tableur avant d’enregistrer.
diagnosis-date-words = { $rows ->
        [one] { $rows } valeur de « { $field } » a
       *[other] { $rows } valeurs de « { $field } » ont
    } le mois en lettres ; le schéma demande { $expected }.
    .hint = Mettez la colonne au format { $expected } à la source.
diagnosis-decimal-comma = { $rows ->
        [one] { $rows } valeur de « { $field } » a
       *[other] { $rows } valeurs de « { $field } » ont
    } une virgule décimale.
    .hint = Écrivez-les avec un point décimal et sans espaces, ou réglez "decimalChar" dans une copie du schéma.
diagnosis-spreadsheet-number = { $rows ->
        [one] { $rows } identifiant de « { $field } » a été raccourci par un tableur, comme 1,23E+05 ; ses chiffres sont perdus.
       *[other] { $rows } identifiants de « { $field } » ont été raccourcis par un tableur, comme 1,23E+05 ; leurs chiffres sont perdus.
    }
    .hint = Exportez le fichier de nouveau et déposez-le tel quel. Pour le regarder dans un tableur, importez cette colonne comme texte.
diagnosis-exchanged = Les valeurs de « { $field } » et de « { $other } » sont chacune dans la colonne de l’autre, dans { $rows ->
        [one] { $rows } ligne.
       *[other] { $rows } lignes.
    }
    .hint = Échangez les deux noms de colonne à la première ligne si c’est le cas partout, sinon les cellules.
diagnosis-shifted = { $run ->
        [yes] { $rows } lignes, de la ligne { $first } à la ligne { $to } sans interruption, ont plus de cellules qu’il n’y a de colonnes.
       *[no] { $rows } lignes ont plus de cellules qu’il n’y a de colonnes.
    } { $known ->
        [yes] Une valeur de « { $field } » contient probablement le séparateur, sans guillemets autour.
       *[no] Une valeur contient probablement le séparateur, sans guillemets autour.
    }
    .hint = Exportez de nouveau avec des guillemets autour du texte, ou remplacez le séparateur dans ces valeurs.
diagnosis-garbled = { $rows ->
        [one] { $rows } ligne a
       *[other] { $rows } lignes ont
    } « Ã© » ou un signe semblable à la place de « é » : le fichier a été écrit en UTF-8 et lu en Windows-1252 en chemin.
    .hint = Exportez-le de nouveau en « CSV UTF-8 » sans l’enregistrer entre-temps ; si passeur.toml ou le schéma nomme un encodage, retirez-le.
diagnosis-letters-lost = { $rows ->
        [one] { $rows } ligne a
       *[other] { $rows } lignes ont
    } le signe « � » à la place de lettres : elles étaient perdues avant que le fichier n’arrive ici.
    .hint = Exportez-le de nouveau en « CSV UTF-8 » sans l’enregistrer entre-temps.

# passeur explain : pourquoi une adresse est un contact.
explain-never = La base de clients est vide : aucune exécution n’a encore pris d’export de personnes.
explain-forgotten = { $email } a été oubliée le { $day } : rien n’en est plus repris ni envoyé.
explain-forgotten-may-return = { $email } a été oubliée le { $day } : rien n’en est repris ni envoyé, jusqu’à une inscription ou un achat postérieurs à ce jour.
explain-verdict-contact = { $email } est un contact ({ $day }).
explain-verdict-unsubscribed = { $email } est sur la liste des désabonnés : rien n’est envoyé (CI-63 ; { $day }).
explain-verdict-kept-out = { $email } n’est pas un contact : aujourd’hui, personne à qui l’on puisse écrire n’a cette adresse ({ $day }).
explain-verdict-not-imported = { $email } n’est pas un contact : rien n’a encore importé ces personnes (CI-14 ; { $day }).
explain-verdict-unknown = { $email } n’est pas un contact : personne n’a cette adresse dans la base de clients ({ $day }).
explain-shown = Fiche montrée : personne { $person } du compte { $account }, { $name } : { $why }
explain-why-only = personne d’autre ne prétend à l’adresse
explain-why-owner = un propriétaire passe avant un membre
explain-why-newest-account = le compte a l’inscription ou l’achat le plus récent
explain-why-lowest-account = les comptes sont à égalité, et celui-ci a le plus petit numéro
explain-why-lowest-person = la personne du compte au plus petit numéro
explain-why-last-row = personne n’a plus cette adresse, et sa dernière ligne est gardée
explain-archived = Archivé (CI-24) : dans aucun groupe d’activité ou d’abonnement (CI-26).
explain-consent = Consentement : { $day }, par { $row } (CI-52, CI-53).
explain-no-consent = Sans consentement : aucune inscription ni aucun achat ne mène ici (CI-58).
explain-customers = Dans le groupe des clients par { $because } (CI-35).
explain-persons = Qui a cette adresse
explain-role-owner = propriétaire
explain-role-member = membre
explain-person = personne { $person } du compte { $account } ({ $role }), { $name } : { $state }
explain-imported = importée le { $day } par { $row } ({ $rule })
explain-imported-created = importée le { $day }, à sa création ({ $rule })
explain-not-imported = jamais importée : ni inscription récente ni abonnement actif (CI-14)
explain-kept-out-child = enfant, à qui l’on n’écrit jamais (CI-04, CI-06)
explain-kept-out-unknown-age = d’âge inconnu, donc on ne lui écrit pas
explain-kept-out-placeholder = propriétaire fictif (« Parent de … »), à qui l’on n’écrit pas
explain-kept-out-no-address = sans adresse (CI-01)
explain-rows = Lignes qui mènent ici
explain-row = { $day }  { $row }  { $title } ({ $through }) : { $state }
explain-through-holder = de la personne { $person }
explain-through-owner = de la personne { $person }, par le propriétaire, CI-02
explain-row-live = en vigueur
explain-row-vanished = n’est plus dans l’export : garde ce qu’elle a donné
explain-row-expired = expirée : garde sa place
explain-row-frozen = annulée après son activité : garde sa place (CI-30)
explain-row-unregistered = annulée : ses places ont pris fin (CI-29)
explain-row-not-active = inactive : ne donne pas de place (CI-14)
explain-row-cancelled-first = annulée dès sa première apparition : ne compte pas (CI-55)
explain-row-too-old = plus ancienne que la fenêtre le premier jour : ne compte pas (CI-11)
explain-more-rows = { $count ->
        [one] et { $count } ligne plus ancienne
       *[other] et { $count } lignes plus anciennes
    }
explain-places = Groupes d’activités et d’abonnements
explain-place = { $group }  { $title } : depuis le { $since }, par { $because }
explain-place-ended = { $group }  { $title } : terminée le { $day }, { $reason }
explain-ended-unregistered = désinscription (CI-29)
explain-ended-archived = archivage (CI-26)
explain-ended-address-changed = l’adresse a changé

# Lots : des fichiers livrés ensemble.
hold-set-incomplete = le lot { $set } n’a { $count ->
        [one] pas de fichier de la route { $routes }, qu’il doit avoir
       *[other] pas de fichiers des routes { $routes }, qu’il doit avoir
    } : rien n’en est envoyé. Pour l’envoyer entier, abandonnez ces fichiers et redéposez ensemble tous les exports du lot ; pour l’envoyer sans ce qui manque, libérez un de ses fichiers
set-delivered = Lot { $set } : tout est livré à { $destination }
set-delivered-with-marker = Lot { $set } : tout est livré à { $destination }, avec le témoin { $marker }
set-waits = Lot { $set } : rien n’en est encore visible chez { $destination }
set-under-way = Lot { $set } : pas encore complet chez { $destination } ; la prochaine exécution continuera
status-sets = Lots qui ne sont pas livrés
status-set-gathering = { $set }, pour { $destination } : un export de son exécution est encore en traitement ; la prochaine exécution continuera
status-set-waiting = { $set }, pour { $destination } : { $count ->
        [one] son { $count } fichier partira
       *[other] ses { $count } fichiers partiront ensemble
    } à la prochaine exécution
status-set-held = { $set }, pour { $destination } : attend #{ $id } { $name }, qui est retenu ; rien n’en est envoyé avant que ce soit décidé
status-set-committing = { $set }, pour { $destination } : certains de ses fichiers ont leur nom ; la prochaine exécution continuera avec les autres
status-set-marking = { $set }, pour { $destination } : tous ses fichiers y sont ; la prochaine exécution s’assurera de son témoin
status-file-of-set = { $rows ->
        [one] #{ $id } { $name } : { $rows } ligne, pour { $destination }, avec le lot { $set }
       *[other] #{ $id } { $name } : { $rows } lignes, pour { $destination }, avec le lot { $set }
    }
decide-set-others = De même pour les fichiers du lot { $set } retenus avec lui : { $files }.
decide-set-waits = Le lot { $set } attend : #{ $id } { $name } est retenu. `passeur status` dit que faire.
decide-set-goes = Le lot { $set } partira à la prochaine exécution.

## passeur watch (src/cli/watch.rs)
watch-started = { $inbox } est surveillé. Ctrl-C ou SIGTERM y met fin ; SIGHUP relit la configuration.
watch-run = Exécution { $run }
watch-waiting = { $files ->
        [one] Un fichier attend d’être livré ; nouvel essai dans { $seconds } s.
       *[other] { $files } fichiers attendent d’être livrés ; nouvel essai dans { $seconds } s.
    }
watch-stuck = { $exports ->
        [one] Un export n’a pas pu être pris ou lu ; il est où il était, nouvel essai dans { $seconds } s.
       *[other] { $exports } exports n’ont pas pu être pris ou lus ; ils sont où ils étaient, nouvel essai dans { $seconds } s.
    }
watch-failed = L’exécution n’a pas pu continuer ; nouvel essai dans { $seconds } s : { $said }
watch-problem = La surveillance continue, avec plus de délai : { $detail }
watch-unserved = La surveillance continue, mais un moniteur n’a pas de réponse : { $detail }
watch-inbox-made = { $inbox } avait disparu ; il est recréé, vide.
watch-reloaded = La configuration a été relue et compte désormais.
watch-not-reloaded = La configuration a été relue et elle est erronée. L’ancienne continue. { $detail }
watch-stopped = Arrêté par un signal. Ce qui reste partira à la prochaine exécution.

## passeur schedule (src/cli/schedule.rs)
schedule-collect = Les exports sont pris ({ $expression }, { $zone }) :
schedule-collect-always = Les exports sont pris dès qu’ils ne changent plus.
schedule-deliver = Les fichiers sont livrés ({ $expression }, { $zone }) :
schedule-deliver-always = Les fichiers sont livrés dès qu’ils sont faits.
schedule-time = { $weekday } { $day ->
        [1] 1er
       *[other] { $day }
    } { $month } { $year }, { $time } ({ $offset })
weekday-1 = lundi
weekday-2 = mardi
weekday-3 = mercredi
weekday-4 = jeudi
weekday-5 = vendredi
weekday-6 = samedi
weekday-7 = dimanche
month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre

# Ce qui a arrêté une exécution, ou un export.
error-io = { $doing } { $path } : échec ({ $said }). Rien n’est perdu : les exports restent dans inbox/ ou work/, et la prochaine exécution continue
error-export = { $doing } { $path } : { $said }
error-full-makes = la route { $route } crée des enregistrements (send = "new") : envoyés une nouvelle fois, ils seraient créés en double ; elle n’accepte donc pas --full. Si la destination les a vraiment perdus, donnez un autre nom à la route : ce qui a été envoyé sous celui-ci ne compte alors plus
error-full-changes = la route { $route } modifie des enregistrements qu’une autre route crée (send = "updated") : là où ils ont été perdus, il n’y a rien à modifier ; elle n’accepte donc pas --full. Recréez d’abord les enregistrements
full-no-export = La route { $route } n’a pas tout envoyé : aucun export avec des lignes n’a été pris pour elle. Redéposez le plus récent ; avec --resend, s’il est déjà venu
full-no-model = La route { $route } n’a pas tout envoyé : son modèle n’a pas de lignes, ou la base clients attend des exports ou une décision
error-busy = une autre exécution travaille sur ce projet (elle tient { $lock }). Attendez qu’elle se termine ; `passeur status` montre ce qu’elle fait
error-unsubscribed-not-set = la liste des adresses désabonnées ne peut pas être lue : la configuration ne dit pas quelles lignes signifient « pas de courriel ». Sous [customer_base], énumérez les valeurs de sa colonne de statut dans `unsubscribed_statuses`, ou écrivez `every_row_unsubscribes = true`
error-base-row = une ligne de { $kind } ne peut pas entrer dans l’instantané : colonne { $column }, { $why }. La vérification des lignes aurait dû la refuser : signalez-le
error-model-write = les lignes du modèle { $name } ne peuvent pas être écrites : { $said }
error-day = le jour { $day } est hors limites : vérifiez l’horloge de cet ordinateur
error-store-missing = il n’y a pas de registre dans { $path } : rien n’a encore été exécuté dans ce projet ; `passeur run` le crée
error-store-cannot-open = le registre { $path } ne peut pas être ouvert : { $detail }. Vérifiez que le dossier existe et que cet utilisateur peut y écrire
error-store-newer = le registre a été écrit par une version plus récente de passeur (sa version est { $found }, ce programme connaît { $known }) : mettez passeur à jour
error-store-older = le registre a été écrit par une version plus ancienne de passeur (sa version est { $found }, ce programme demande { $known }) : `passeur run` le met à jour
error-store-busy = le registre est occupé : un autre passeur écrit depuis plus de { $seconds } s ; réessayez quand il aura fini
error-store-disk-full = le registre ne peut pas être écrit : le disque est plein. Libérez de la place ; rien n’est perdu, relancez
error-store-damaged = le registre est endommagé ({ $detail }). Remettez-le depuis une sauvegarde ; ne le supprimez pas : il sait quels fichiers ont déjà été livrés
error-os-not-found = fichier ou dossier introuvable (erreur { $code } du système)
error-os-permission-denied = accès refusé (erreur { $code } du système)
error-os-storage-full = plus de place sur le disque (erreur { $code } du système)
error-os-quota-exceeded = quota du disque dépassé (erreur { $code } du système)
error-os-read-only = système de fichiers en lecture seule (erreur { $code } du système)
error-os-already-exists = le fichier existe déjà (erreur { $code } du système)
error-os-not-a-folder = ce n’est pas un dossier (erreur { $code } du système)
error-os-a-folder = c’est un dossier (erreur { $code } du système)
doing-archiving = archivage de
doing-listening-to-signals-for = écoute des signaux pour
doing-listing = lecture du contenu de
doing-locking = verrouillage de
doing-looking-at = examen de
doing-making = création de
doing-making-a-folder-in = création d’un dossier dans
doing-making-the-folder = création du dossier
doing-making-the-lock = création du verrou
doing-opening-the-lock = ouverture du verrou
doing-packing = compression de
doing-packing-the-files-of-a-set-into = compression des fichiers d’un lot dans
doing-processing = traitement de
doing-putting-back = remise en place de
doing-reading = lecture de
doing-removing = suppression de
doing-renaming = changement du nom de
doing-syncing = mise en sûreté de
doing-writing = écriture de
doing-writing-the-receipt = écriture du reçu
## passeur health (src/pipeline/health.rs): one line, so short sentences
health-quiet = rien n’attend une personne
health-oldest = plus ancienne réussite : { $route }, il y a { $age }
health-no-run = aucune exécution pour l’instant : `passeur run` ou `passeur watch` fait la première
health-store-unreadable = le registre ne peut pas être lu : { $detail }
health-store-older = le registre est d’une version plus ancienne : la prochaine exécution le met à jour
health-run-failed = la dernière exécution ({ $run }) a échoué : voyez sa sortie, le disque, les droits et le registre
health-run-died = l’exécution { $run } a commencé et son processus a disparu : la prochaine continue là où elle s’est arrêtée
health-route-late = { $route } : aucune réussite depuis { $age } (limite { $limit })
health-route-never = { $route } : aucune réussite pour l’instant
health-files-held = { $count ->
        [one] un fichier est retenu : voyez `passeur status`
       *[other] { $count } fichiers sont retenus : voyez `passeur status`
    }
health-customer-base-held = le garde-fou des retraits retient la base clients : voyez `passeur status`
health-files-waiting = { $count ->
        [one] un fichier attend { $destination } depuis { $age }
       *[other] { $count } fichiers attendent { $destination }, le premier depuis { $age }
    }
health-exports-refused = { $count ->
        [one] un export a été refusé récemment : voyez les rapports
       *[other] { $count } exports ont été refusés récemment : voyez les rapports
    }
health-rows-rejected = { $count ->
        [one] une ligne a été rejetée récemment : voyez les rapports
       *[other] { $count } lignes ont été rejetées récemment : voyez les rapports
    }
age-seconds = { $count } s
age-minutes = { $count } min
age-hours = { $count } h
age-days = { $count } j

## The inbox (src/cli/show.rs)
left-no-marker = { $name } : attend son témoin { $marker } ; il reste dans la boîte de dépôt jusqu’à ce qu’il soit là

## passeur install-service (src/cli/install_service.rs)
service-written = Écrit : { $path }
service-unchanged = Inchangé : { $path }
service-other-owner = { $folder } appartient à { $owner }, et le service tourne sous { $user } : donnez le dossier à cet utilisateur (chown -R { $user }: …).
service-agent = La destination { $destination } se connecte avec un agent, et un service n’en a pas : utilisez une clé, ou définissez SSH_AUTH_SOCK avec `systemctl edit`.
service-credential = Le secret { $name } vient de la réserve de secrets de la machine : mettez-le dans /etc/credstore/{ $name } (propriétaire root, mode 0600).
service-next = Ensuite :
service-watch = Pour transporter les exports à mesure qu’ils arrivent :
service-nightly = Ou une fois par nuit ({ $times }) :
## passeur clean, et la fin d’une exécution (src/cli/clean.rs)
clean-nothing = Rien n’est conservé plus longtemps que ne le dit [retention].
clean-exports = { $count ->
        [one] Un export archivé :
       *[other] { $count } exports archivés :
    }
clean-outbound = { $count ->
        [one] Une copie de fichier sortant :
       *[other] { $count } copies de fichiers sortants :
    }
clean-receipts = { $count ->
        [one] Un reçu :
       *[other] { $count } reçus :
    }
clean-reports = { $count ->
        [one] Les rapports d’une exécution :
       *[other] Les rapports de { $count } exécutions :
    }
clean-dry-run = Rien n’a été supprimé.
clean-removed = Supprimés, car conservés assez longtemps : exports { $exports }, copies de fichiers sortants { $outbound }, reçus { $receipts }, rapports d’exécutions { $reports }. Ce qui a été envoyé reste connu.

## passeur forget (src/cli/forget.rs)
forget-not-an-address = ce n’est pas une adresse courriel : écrivez-la en entier, par exemple jane@example.org
forget-no-return = --allow-return demande une base de clients : sans elle, rien ne distingue une nouvelle inscription des anciennes lignes. Rien n’a été fait.
forget-since = Cette adresse est oubliée depuis le { $day }.
forget-found = La personne se trouve dans
forget-found-nothing = La personne n’est nulle part dans ce que le projet conserve.
forget-found-files = { $place } : { $files ->
        [one] un fichier
       *[other] { $files } fichiers
    }, { $rows ->
        [one] une ligne
       *[other] { $rows } lignes
    }
forget-found-rows = la base : { $rows ->
        [one] une ligne
       *[other] { $rows } lignes
    }
forget-goes-whole = part en entier, car il ne peut être réécrit sans la personne : { $path }
forget-foreign = n’est pas à passeur et reste donc ; supprimez-le ou corrigez-le vous-même : { $path }
forget-closed = ne peut être examiné et reste donc ; regardez vous-même : { $path }
forget-delivered = Livré avec la personne, ce qui ne peut être rappelé. Demandez aux partenaires de l’effacer (destination, fichier, jour) :
forget-still-there = (encore dans son dossier)
forget-copies-gone = { $count ->
        [one] Notre copie d’un fichier livré a été supprimée auparavant ; rien ne dit plus ici si la personne y était.
       *[other] Nos copies de { $count } fichiers livrés ont été supprimées auparavant ; rien ne dit plus ici si la personne y était.
    }
forget-blocked = Rien n’a été effacé : des fichiers qui nomment la personne sont encore en route. Décidez de leur sort, puis relancez cette commande.
forget-blocked-held = #{ $id } { $name } est retenu : passeur discard { $id } --reason "…", ou passeur release { $id } puis passeur run
forget-blocked-waiting = #{ $id } { $name } attend d’être livré : passeur run
forget-blocked-work = { $path } vient d’une exécution interrompue : passeur run
forget-dry-run = Rien n’a été effacé.
forget-ask = Tout effacer, pour toujours ? Tapez oui ou non :
forget-refused = Rien n’a été effacé. Dans un script, après avoir regardé --dry-run : --yes
forget-head-place = endroit
forget-head-found = trouvés
forget-head-erased = effacés
forget-head-left = restants
forget-place-exports = exports archivés
forget-place-outbound = copies de fichiers livrés
forget-place-reports = rapports et lignes refusées
forget-place-work = dossier de travail
forget-place-other = reçus et profils
forget-place-inbox = boîte de dépôt
forget-place-foreign = fichiers d’autrui dans nos dossiers
forget-place-tables = lignes de la base
forget-place-bytes = octets des fichiers de la base
forget-receipts = { $count ->
        [one] Un reçu dit maintenant ce qui a été effacé.
       *[other] { $count } reçus disent maintenant ce qui a été effacé.
    }
forget-done = Tout a été fouillé de nouveau : il ne reste rien ici.
forget-left = Tout a été fouillé de nouveau : il reste quelque chose. Voyez plus haut ce qui n’est pas à passeur ; pour le reste, terminez les autres commandes passeur et relancez celle-ci.
forget-later = Désormais, aucune exécution ne reprend ni n’envoie l’adresse. Effacez aussi la personne dans Amilia, sinon le prochain export la rapporte dans les archives.
forget-later-return = Désormais, aucune exécution ne reprend ni n’envoie l’adresse, jusqu’à ce que la personne s’inscrive de nouveau. Effacez aussi la personne dans Amilia, sinon le prochain export la rapporte dans les archives.
forget-later-unsubscribed = Désormais, aucune exécution ne reprend ni n’envoie l’adresse. Elle est désabonnée : elle ne revient donc pas, même si la personne s’inscrit de nouveau. Effacez aussi la personne dans Amilia, sinon le prochain export la rapporte dans les archives.

# Ce que les routes attendent et n’ont pas reçu (src/pipeline/expect.rs).
unmet-title = Attendu, et pas reçu
unmet-overdue = Route { $route } : aucun export n’est arrivé { $until ->
        [day] le { $weekday } { $day ->
            [1] 1er
           *[other] { $day }
        } { $month }
       *[time] avant { $time } le { $weekday } { $day ->
            [1] 1er
           *[other] { $day }
        } { $month }
    }{ $count ->
        [1] {"."}
       *[other] , { $count } jours attendus de suite.
    }{ $instead ->
        [refused] {" "}Ce qui est arrivé ({ $name }) a été refusé.
        [repeated] {" "}Ce qui est arrivé ({ $name }) a le contenu d’un export précédent.
       *[nothing] {""}
    }{ $since ->
        [later] {" "}Un autre est arrivé depuis.
        [came] {""}
       *[nothing] {" "}Voyez pourquoi il n’a pas été fait, ou pas déposé.
    }
unmet-empty = Route { $route } : ce qui est arrivé en dernier ({ $name }) est vide. Rien n’en a été envoyé. Déposez un export entier ; si vide est juste, faites commencer `rows` de `expect` par 0
unmet-rows = Route { $route } : ce qui est arrivé ({ $name }) a { $rows } lignes ; { $range } sont attendues. { $file ->
        [held] Son fichier est retenu. S’il est juste : passeur release { $id }
       *[none] Il n’a donné aucun fichier. S’il est juste, changez `rows` de `expect`
    }
unmet-change = Route { $route } : ce qui est arrivé ({ $name }) a { $rows } lignes, après { $before } : { $share } de { $way ->
        [fewer] moins
       *[more] plus
    }, et { $limit } passent. { $file ->
        [held] Son fichier est retenu. S’il est juste : passeur release { $id }
       *[none] Il n’a donné aucun fichier. S’il est juste, augmentez `change_max` de `expect`
    }
hold-outside-empty = la route { $route } a reçu un export vide
hold-outside-rows = { $rows } lignes pour la route { $route }, qui en attend { $range } (`rows` de `expect`). Un export a-t-il été tronqué, ou en est-ce un autre ? Abandonnez le fichier et déposez le bon. S’il est juste : passeur release NUMÉRO (`passeur status` le montre), et changez `rows`
hold-outside-change = { $rows } lignes, après { $before } la dernière fois sur la route { $route } : { $share } de { $way ->
        [fewer] moins
       *[more] plus
    }, et { $limit } passent (`change_max` de `expect`). Un export a-t-il été tronqué, ou en est-ce un autre ? Abandonnez le fichier et déposez le bon. S’il est juste : passeur release NUMÉRO (`passeur status` le montre) ; le suivant lui sera comparé
file-later = { $rows ->
        [one] { $name } : { $rows } ligne, partira vers { $destination } à son heure (`passeur schedule`)
       *[other] { $name } : { $rows } lignes, partira vers { $destination } à son heure (`passeur schedule`)
    }
schedule-deliver-route = Les fichiers de la route { $route } sont livrés ({ $expression }, { $zone }) :
schedule-expect = Un export pour la route { $route } est attendu avant ({ $expression }, { $zone }) :
calendar-title = Attendu et reçu, jusqu’au { $weekday } { $day ->
        [1] 1er
       *[other] { $day }
    } { $month } { $year }
calendar-in-time = à temps
calendar-late = en retard
calendar-missing = manquant
calendar-outside = pas autant de lignes que prévu
calendar-empty = vide
calendar-awaited = encore attendu
calendar-not-expected = aucun prévu
calendar-expected = avant { $terms }
weekday-short-1 = lu
weekday-short-2 = ma
weekday-short-3 = me
weekday-short-4 = je
weekday-short-5 = ve
weekday-short-6 = sa
weekday-short-7 = di
## Notifications (src/notify, src/cli/notify.rs)
notify-channel-email = courriel
notify-channel-webhook = webhook
notify-subject = [{ $project }] { $headline }
notify-subject-reminder = [{ $project }] rappel : { $headline }
notify-count-failed = l’exécution a échoué
notify-count-held = { $count ->
        [one] { $count } fichier retenu
       *[other] { $count } fichiers retenus
    }
notify-count-base = la base clients est retenue
notify-count-refused = { $count ->
        [one] { $count } export refusé
       *[other] { $count } exports refusés
    }
notify-count-waiting-exports = { $count ->
        [one] { $count } export non traité
       *[other] { $count } exports non traités
    }
notify-count-not-delivered = { $count ->
        [one] { $count } fichier non livré
       *[other] { $count } fichiers non livrés
    }
notify-count-expectations = { $count ->
        [one] { $count } écart aux attentes
       *[other] { $count } écarts aux attentes
    }
notify-count-left = { $count ->
        [one] { $count } élément laissé dans la boîte de dépôt
       *[other] { $count } éléments laissés dans la boîte de dépôt
    }
notify-count-rejected = { $count ->
        [one] { $count } ligne rejetée
       *[other] { $count } lignes rejetées
    }
notify-count-delivered = { $count ->
        [one] { $count } fichier livré
       *[other] { $count } fichiers livrés
    }
notify-count-nothing = rien ne vous attend
notify-error = L’exécution n’a pas pu continuer ; rien n’est perdu, et la prochaine exécution continuera :
notify-held = Retenus : rien n’est envoyé avant votre décision
notify-waiting = Pas encore livrés : la prochaine exécution réessaiera
notify-sets = Lots qui ne sont pas livrés
notify-set = { $set }, pour { $destination }
notify-base = Base clients
notify-base-still-held = Le garde-fou des retraits la retient toujours : rien n’en est envoyé. `passeur status` dit pourquoi. Déposez les exports complets ; ou, si c’est voulu : passeur release customer-base
notify-base-rejected = { $count ->
        [one] { $count } ligne qui ne peut pas être envoyée
       *[other] { $count } lignes qui ne peuvent pas être envoyées
    }
notify-expectations = Autrement que prévu
notify-left = Laissés dans la boîte de dépôt
notify-exports = Exports
notify-export-accepted = { $file } : { $rows ->
        [one] { $rows } ligne
       *[other] { $rows } lignes
    }, { $accepted ->
        [one] { $accepted } acceptée
       *[other] { $accepted } acceptées
    }, { $rejected ->
        [one] { $rejected } rejetée
       *[other] { $rejected } rejetées
    }
notify-export-refused = { $file } : refusé, rien n’en a été utilisé
notify-export-already-processed = { $file } : le même contenu a déjà été traité, rien n’est renvoyé
notify-export-put-back = { $file } : on y écrivait encore ; il partira à la prochaine exécution
notify-export-parked = { $file } : attend un export des personnes
notify-export-failed = { $file } : n’a pas pu être traité ; la prochaine exécution réessaiera
notify-rejected-file = ses lignes rejetées, à corriger et à déposer de nouveau :
notify-delivered = Livrés
notify-remarks = À savoir
notify-more = { $count ->
        [one] … et { $count } autre
       *[other] … et { $count } autres
    }
notify-missed = Non annoncé par ce canal, parce qu’il était en panne ; les rapports de ces exécutions disent ce qu’il y avait
notify-failing = L’avis par { $channel } échoue depuis le { $since } :
notify-failing-next = Pour l’essayer : passeur notify --test
notify-reports = Rapports :
notify-folder = Dossier du projet :
notify-run = Exécution { $run }, { $at }.
notify-at = { $at }.
notify-once-a-day = Ce qui vous attend est rappelé une fois par jour.
notify-test = ceci est un essai
notify-test-about = Quelqu’un a donné la commande passeur notify --test. Il n’y a rien à faire.
notify-sent = Avis envoyé par { $channel }.
notify-sent-partly = Avis envoyé par { $channel }, mais le serveur a refusé ces adresses ; corrigez `to` : { $addresses }
notify-failed = L’avis par { $channel } a ÉCHOUÉ :
notify-none = Personne n’est averti : passeur.toml n’a ni [notify.email] ni [notify.webhook].
notify-fail-secret = { $detail }
notify-fail-ca = les certificats de `ca_file`, { $path }, ne peuvent pas servir : { $detail }
notify-fail-address = une adresse ne peut pas servir au courrier : { $detail }. Corrigez `from` ou `to`
notify-fail-connect = pas de connexion à { $server } : { $detail }. Vérifiez `host` et `port`, et si un pare-feu laisse sortir cette machine
notify-fail-broken = la connexion à { $server } s’est rompue : { $detail }. La prochaine exécution réessaiera
notify-fail-no-answer = { $server } ne répond pas à temps. Vérifiez `url` ; un serveur lent demande un `timeout` plus long
notify-fail-mail-silent = { $server } ne répond pas à temps. Vérifiez `host`, `port` et `tls` : le port 465 demande tls = "implicit". Un serveur lent demande un `timeout` plus long
notify-fail-overdue = le serveur n’a pas répondu dans le délai de `timeout`. Vérifiez son adresse et son port, et `tls` ; un serveur lent demande un `timeout` plus long
notify-fail-not-mail = { $server } ne répond pas comme un serveur de courriel. Vérifiez `port` et `tls`
notify-fail-no-starttls = { $server } n’offre pas STARTTLS, et rien n’est envoyé en clair. Le port 465 demande tls = "implicit"
notify-fail-tls = pas de ligne protégée vers { $server } : { $detail }. Un certificat d’une autorité à vous se nomme dans `ca_file` ; un port qui attend STARTTLS demande tls = "required"
notify-fail-login-none = { $server } n’offre pas de connexion par mot de passe. Enlevez `username` et `password`, ou demandez le port d’envoi (587)
notify-fail-login = { $server } a refusé l’identification (code { $code }). Vérifiez `username` et le secret que nomme `password`
notify-fail-refused = { $server } a refusé le courriel (code { $code }) : { $detail }. Vérifiez `from`, `to`, et si cet utilisateur peut envoyer au nom de `from`
notify-fail-busy = { $server } ne prend pas de courriel en ce moment (code { $code }) : { $detail }. La prochaine exécution réessaiera
notify-fail-hook-url = l’adresse du webhook { $detail }
notify-fail-hook-header = l’adresse ou le jeton du webhook contient ce qu’aucune requête ne peut porter. Vérifiez `url` et `token`
notify-fail-hook-connect = pas de connexion à { $server } : { $detail }. Vérifiez `url`, et si un pare-feu laisse sortir cette machine
notify-fail-hook-tls = pas de ligne protégée vers { $server } : { $detail }. Un certificat d’une autorité à vous se nomme dans `ca_file`
notify-fail-not-web = { $server } ne répond pas comme un serveur web. Vérifiez `url`
notify-fail-hook-redirect = { $server } renvoie ailleurs (statut { $code }), et passeur ne suit pas. Écrivez dans `url` l’adresse qu’il nomme
notify-fail-hook-login = { $server } a refusé l’envoi (statut { $code }). Vérifiez `token`, ou le secret dans `url`
notify-fail-hook-busy = { $server } n’a pas pu prendre l’envoi (statut { $code }). La prochaine exécution réessaiera
notify-fail-hook-status = { $server } a refusé l’envoi (statut { $code }). Vérifiez `url`

# What happened at a destination (src/delivery/said.rs)
delivery-at = destination { $destination } : { $said }
delivering-connecting = la connexion
delivering-logging-in = l’ouverture de session
delivering-opening-folder = l’ouverture du dossier
delivering-looking = la recherche d’un nom
delivering-uploading = l’envoi
delivering-reading-back = la relecture du fichier
delivering-renaming = le renommage
delivering-removing = la suppression d’un fichier temporaire
delivering-listing = la lecture du dossier
delivering-bytes = { $count ->
        [one] { $count } octet
       *[other] { $count } octets
    }
delivering-sha256 = SHA-256 { $hash }
delivering-by-password = mot de passe
delivering-by-key = clé
delivering-by-agent-keys = clé de l’agent
delivering-no-agent-socket = SSH_AUTH_SOCK n’est pas défini
delivering-no-algorithm = cette version ne connaît aucun algorithme de clé d’hôte
delivering-unresolved = le nom ne peut pas être résolu ({ $detail })
delivering-no-address = le nom n’a pas d’adresse
delivering-line-empty = elle est vide
delivering-line-marker = son marqueur n’est ni @revoked ni @cert-authority
delivering-line-no-host = elle ne nomme aucun hôte
delivering-line-no-key = elle n’a pas de clé
delivering-line-no-key-or-type = elle n’a pas de clé, ou pas de type de clé
delivering-line-key-not-base64 = sa clé n’est pas du base64 valide
delivering-line-other-type = sa clé n’est pas du type qu’elle annonce
delivering-line-name-not-base64 = son nom haché n’est pas du base64 valide
delivering-line-name-cut = son nom haché est coupé
delivering-line-name-unknown = son nom est haché d’une manière inconnue
delivery-known-hosts-line = { $file }, ligne { $line } : { $why } ; la ligne est laissée de côté, les autres comptent
delivery-receipt-not-written = { $name } a été livré, mais son reçu ne peut pas être écrit dans { $path } : { $detail }. La prochaine exécution l’écrira
delivery-receipt-not-durable = le dossier { $path } ne peut pas être synchronisé : { $detail }. La prochaine exécution récrira les reçus qui s’y trouvent
delivery-cannot-connect = connexion à { $address } impossible : { $detail }. Vérifiez l’hôte et le port, et que cette machine a le droit de passer ; les fichiers attendent la prochaine exécution
delivery-timed-out = pas de réponse en { $seconds } s pendant { $doing }. Les fichiers attendent la prochaine exécution ; si le serveur est lent, augmentez `timeout`
delivery-connection-lost = la connexion a été coupée pendant { $doing } ({ $detail }). Les fichiers attendent la prochaine exécution
delivery-no-common-algorithm = le serveur et passeur n’ont aucun algorithme en commun ({ $detail }). Les vieux serveurs n’offrent que des clés ssh-rsa (SHA-1) ou un échange de clés SHA-1, que passeur n’utilise pas : demandez au partenaire d’offrir des clés rsa-sha2-256, ecdsa ou ed25519 et un échange de clés curve25519, ecdh ou à groupe SHA-2
delivery-host-key-unknown = la clé d’hôte de { $host } n’est pas connue : { $type } { $fingerprint }{ $kind ->
        [none] {""}
       *[other] {" "}({ $file }, ligne { $line }, a pour lui une clé du type { $kind }, que le serveur ne montre plus)
    }. Comparez l’empreinte avec celle que le partenaire vous a donnée ; si c’est la sienne, lancez `passeur trust { $destination }`, ou ajoutez `host_keys = ["{ $fingerprint }"]` à la destination, ou cette ligne à { $file } : { $said }
delivery-host-key-not-listed = { $host } montre une clé d’hôte que `host_keys` ne liste pas : { $fingerprint } (listées : { $said }). Rien n’a été envoyé. Demandez au partenaire s’il a changé de clé ; si oui, ajoutez la nouvelle empreinte à côté de l’ancienne
delivery-host-key-changed = LA CLÉ D’HÔTE DE { $host } A CHANGÉ : c’est maintenant { $type } { $fingerprint }, mais { $file }, ligne { $line }, en a une autre. Quelqu’un est peut-être à l’écoute. Rien n’a été envoyé. Demandez au partenaire ; remplacez cette ligne seulement s’il confirme la nouvelle empreinte
delivery-host-key-revoked = la clé d’hôte de { $host }, { $fingerprint }, est révoquée dans { $file }, ligne { $line }. Rien n’a été envoyé. Demandez au partenaire sa nouvelle clé d’hôte
delivery-host-key-authority = { $file }, ligne { $line }, fait confiance à une autorité de certification (@cert-authority) pour { $host } ; passeur ne vérifie pas les certificats d’hôte. Fixez plutôt la clé du serveur lui-même : `host_keys = ["{ $fingerprint }"]`, après l’avoir comparée avec celle que le partenaire vous a donnée
delivery-known-hosts-unreadable = impossible de lire { $file } : { $detail }. Ce fichier contient les clés d’hôte auxquelles vous faites confiance
delivery-known-hosts-unwritable = impossible d’écrire { $file } : { $detail }. Le serveur nous a laissés entrer, mais sa clé n’est pas enregistrée
delivery-login-refused = le serveur a refusé la connexion de { $user } par { $method } (il accepte : { $accepted }). Vérifiez le nom d’utilisateur et ce qui sert à se connecter ({ $method })
delivery-method-refused = le serveur n’accepte pas la connexion par { $method } pour { $user } ; il accepte : { $accepted }. Changez `auth` de la destination, ou demandez au partenaire
delivery-key-unreadable = impossible de lire la clé privée { $path } : { $detail }
delivery-passphrase-missing = la clé privée { $path } a une phrase secrète : indiquez-la par `passphrase` dans la destination (env ou file)
delivery-passphrase-wrong = la phrase secrète n’ouvre pas la clé privée { $path } : vérifiez le secret que `passphrase` désigne
delivery-key-unusable = { $path } n’est pas une clé privée que passeur peut utiliser ({ $detail }). Il prend les clés OpenSSH et PEM des types ed25519, ecdsa et rsa ; une clé PuTTY (.ppk) doit être convertie : puttygen KEY.ppk -O private-openssh -o KEY
delivery-agent-unavailable = aucun agent SSH ne répond ({ $detail }) : démarrez-en un et donnez SSH_AUTH_SOCK, ou utilisez un fichier de clé
delivery-agent-empty = l’agent SSH n’a aucune clé : ajoutez-en une avec ssh-add
delivery-secret-not-set = la variable d’environnement { $name }, que la configuration désigne pour un secret, n’est pas définie
delivery-secret-not-text = la variable d’environnement { $name }, que la configuration désigne pour un secret, est vide ou n’est pas de l’Unicode valide
delivery-secret-no-credential = ni la variable d’environnement { $name } ni un identifiant de ce nom donné au service ne contient un secret de cette destination : mettez-le dans /etc/credstore/{ $name } (propriétaire root, mode 0600) et redémarrez le service
delivery-secret-unreadable = impossible de lire le fichier de secret { $path } : { $detail }
delivery-secret-not-private = le fichier de secret { $path } est lisible par d’autres (mode { $mode }) : faites chmod 600, et changez le secret si d’autres ont un compte ici
delivery-secret-not-a-secret = le fichier de secret { $path } est vide, dépasse 64 Kio ou n’est pas du texte UTF-8
delivery-no-sftp = le serveur nous laisse nous connecter mais n’offre pas SFTP ({ $detail }). Demandez au partenaire d’activer SFTP pour cet utilisateur
delivery-folder-missing = il n’y a pas là-bas de dossier { $folder }. Vérifiez `folder`, ou demandez au partenaire de le créer
delivery-folder-not-made = impossible de créer le dossier { $folder } : { $detail }
delivery-permission-denied = droit refusé pendant { $doing } dans { $folder }. Cet utilisateur doit pouvoir y écrire, renommer et lire : donnez-lui ce droit, ou demandez-le au partenaire
delivery-name-taken = { $name } est déjà là-bas, et passeur ne l’y a pas mis lors de cette livraison. Rien n’a été remplacé. Cherchez qui l’a fait ; puis abandonnez le nôtre, ou libérez-le sous un autre nom (`passeur status` dit comment)
delivery-disk-full = il n’y a plus de place dans { $folder }. Libérez-en, ou demandez-le au partenaire
delivery-no-safe-rename = le système de fichiers de { $folder } ne sait ni lier ni renommer sans remplacer : un fichier pourrait être écrasé sans qu’on le voie. Utilisez un dossier sur un disque local (ext4, XFS, Btrfs, APFS, NTFS)
delivery-verify-failed = le fichier arrivé n’est pas celui qui a été envoyé : { $found } au lieu de { $expected }. Il n’a pas été renommé ; la prochaine exécution le renvoie
delivery-gone = le fichier a disparu à la destination ({ $name }) pendant { $doing }. La prochaine exécution le renvoie
delivery-refused = le serveur a refusé pendant { $doing } dans { $folder } : { $detail }. Son protocole SFTP n’en dit pas plus ; les causes courantes sont un quota, un nom qu’il n’admet pas ou un disque plein. Demandez au partenaire
delivery-staged-unreadable = impossible de lire le fichier préparé : { $detail }
delivery-staged-changed = le fichier préparé { $path } diffère de ce que dit le registre ; il a été modifié après coup. Abandonnez-le et redéposez l’export
delivery-address-changed = le fichier était en route vers { $before }, et la destination est maintenant { $after } ; on ne peut plus demander s’il y est arrivé. Regardez là-bas, puis libérez-le ou abandonnez-le
delivery-interrupted = arrêté par un signal avant la fin. La prochaine exécution reprend là où celle-ci s’est arrêtée
delivery-uncertain = après une réponse perdue, { $name } fait { $found ->
        [one] { $found } octet
       *[other] { $found } octets
    } à la destination, et le nôtre { $expected }. Regardez-le, puis libérez ou abandonnez le nôtre
delivery-vanished = le serveur a répondu au renommage par une erreur, et ni le fichier temporaire ni { $name } n’est là : soit il a été renommé et pris aussitôt, soit quelque chose l’a supprimé. Demandez au partenaire s’il l’a, puis libérez ou abandonnez le nôtre. L’erreur était : { $detail }
delivery-cannot-rename = le sondage du { $since } a montré que ce serveur ne renomme pas, et rien ne doit y apparaître sous son nom avant d’être entier. Rien n’a été envoyé. Demandez au partenaire de le permettre ; puis relancez `passeur probe`
delivery-cannot-read-back = le sondage du { $since } a montré que rien ne peut y être relu, ce que verify = "content" demande. Rien n’a été envoyé. Utilisez verify = "size", ou demandez au partenaire de permettre la lecture ; puis relancez `passeur probe`
delivery-set-held = il est livré avec le lot { $set }, dont { $name } (#{ $id }) est retenu : rien du lot n’est envoyé avant une décision (`passeur status` dit comment)
delivery-set-not-ready = il est livré avec le lot { $set }, dont { $name } n’est pas prêt : { $said }
delivery-earlier-waits = il attend { $name } (#{ $id }), produit plus tôt pour la même route et pas encore livré : les fichiers d’une route prennent leurs noms dans l’ordre. La prochaine exécution continue avec les deux ; si celui-là ne peut pas arriver : passeur discard { $id } --reason "…"
delivery-earlier-unresolved = il attend { $name } (#{ $id }), produit plus tôt pour la même route : son changement de nom a commencé, et on ne sait pas encore s’il est arrivé. La prochaine exécution regarde là-bas et continue avec les deux ; ce qu’elle ne peut pas établir, elle le retient pour une décision (« passeur status » dit comment)
delivery-earlier-set-waits = un lot { $set } antérieur n’est pas encore livré : les lots d’un même nom deviennent visibles dans l’ordre. La prochaine exécution continue avec les deux
delivery-not-in-config = la configuration n’a plus cette destination : remettez-la, et la prochaine exécution livre le fichier
delivery-set-gathers = il est livré avec le lot { $set }, et un export de son exécution est encore en cours de traitement : la prochaine exécution continue
delivery-set-unpacked = il va dans l’archive du lot { $set }, qui n’est pas encore faite : la prochaine exécution la fait
delivery-marker-there = le marqueur { $marker } d’un lot antérieur est encore là-bas : le partenaire n’a pas encore pris celui-là. Le lot { $set } attend la prochaine exécution
trust-other-type = ({ $file }, ligne { $line }, a pour lui une clé du type { $type }, que le serveur ne montre plus)
hold-no-safe-rename = le système de fichiers de { $detail } ne sait ni lier ni renommer sans remplacer : un fichier pourrait être écrasé sans qu’on le voie. Utilisez un dossier sur un disque local (ext4, XFS, Btrfs, APFS, NTFS), puis libérez le fichier
hold-vanished = { $destination } a répondu au renommage par une erreur, et ni le fichier temporaire ni { $name } n’est là : soit il a été renommé et pris aussitôt, soit quelque chose l’a supprimé. Demandez au partenaire s’il l’a : abandonnez le nôtre s’il l’a, libérez-le sinon. Le serveur a dit : { $detail }
held-overtaken = des fichiers plus récents de sa route ont été livrés depuis ({ $count }) : libéré, il arrive à la plateforme après eux
decide-discarded-on-the-way = Une partie peut se trouver chez { $destination } sous le nom temporaire { $temporary } : aucune plateforme ne le lit. Faites-la supprimer là-bas.
health-state-ok = ok
health-state-attention = attention
health-state-critical = critique
health-line = { $state } : { $said }
plan-waiting-held = { $rows ->
        [one] RETIENDRAIT { $name } : { $rows } ligne d’une exécution antérieure, pour { $destination }
       *[other] RETIENDRAIT { $name } : { $rows } lignes d’une exécution antérieure, pour { $destination }
    }
health-expected-unmet = pas reçu comme prévu, par route : { $routes } (voir `passeur status`)
health-notification-failing = { $channel } échoue depuis { $age } : voir `passeur status`
