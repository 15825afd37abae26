namespace StrokeCare.Demo;

/// <summary>Names to make people up from, of many origins, with the spellings that make searches hard. Nobody is meant.</summary>
internal static class SyntheticNames
{
    public static readonly string[] Women =
    [
        "Margaret", "Jean", "Patricia", "Dorothy", "Joan", "Sheila", "Barbara", "Maureen", "Christine", "Susan", "Linda", "Carol", "Janet", "Pauline", "Brenda",
        "Eileen", "Kathleen", "Shirley", "Beryl", "Irene", "Helen", "Anne", "Elizabeth", "Mary", "Ruth", "Rosemary", "Gillian", "Valerie", "Judith", "Diane",
        "Aisha", "Fatima", "Zainab", "Nasreen", "Priya", "Lakshmi", "Sunita", "Meera", "Mei", "Li-Hua", "Xiu", "Yuki", "Hana", "Agnieszka", "Elżbieta", "Małgorzata",
        "Siobhán", "Aoife", "Niamh", "Gráinne", "Ana", "Lucía", "Concepción", "Mariana", "Inês", "Chiara", "Giulia", "Françoise", "Hélène", "Élodie", "Ingrid",
        "Astrid", "Solveig", "Åsa", "Käthe", "Ursula", "Olena", "Svetlana", "Nadezhda", "Abena", "Ngozi", "Chiamaka", "Adaeze", "Thandiwe", "Wanjiru",
        "Esther", "Miriam", "Leah", "Tamar", "Soraya", "Parisa", "Leyla", "Ayşe", "Elif", "Despina", "Eleni", "Ioana", "Zsófia", "Ilona",
    ];

    public static readonly string[] Men =
    [
        "John", "Peter", "David", "Michael", "Brian", "Alan", "Keith", "Derek", "Kenneth", "Ronald", "Roy", "Raymond", "Terence", "Dennis", "Gordon", "Malcolm",
        "Stanley", "Norman", "Leonard", "Albert", "George", "William", "James", "Robert", "Thomas", "Arthur", "Harold", "Ernest", "Frank", "Walter", "Stephen",
        "Mohammed", "Ahmed", "Yusuf", "Ibrahim", "Rajesh", "Anil", "Vikram", "Harpreet", "Wei", "Jun", "Zhiming", "Hiroshi", "Kenji", "Krzysztof", "Paweł",
        "Łukasz", "Seán", "Pádraig", "Ciarán", "Eoin", "José", "Ángel", "Joaquín", "João", "Luís", "Giovanni", "Marco", "François", "Étienne", "André", "Lars",
        "Bjørn", "Søren", "Göran", "Jürgen", "Günther", "Klaus", "Oleksandr", "Dmitri", "Mykola", "Kwame", "Kofi", "Chinedu", "Emeka", "Sipho", "Kamau", "Samuel",
        "Isaac", "Avraham", "Reza", "Farhad", "Emre", "Mehmet", "Nikos", "Stavros", "Mihai", "László", "István", "Winston", "Delroy",
    ];

    public static readonly string[] Families =
    [
        "Smith", "Jones", "Taylor", "Brown", "Williams", "Wilson", "Johnson", "Davies", "Robinson", "Wright", "Thompson", "Evans", "Walker", "White", "Roberts",
        "Green", "Hall", "Wood", "Jackson", "Clarke", "Harrison", "Hughes", "Ward", "Turner", "Cooper", "Hill", "Moore", "Baker", "Harris", "King", "Morris",
        "Allen", "Watson", "Parker", "Bennett", "Cook", "Richardson", "Carter", "Bailey", "Shaw", "Gray", "Simpson", "Ellis", "Mason", "Hunt", "Fletcher",
        "Armstrong", "Whitfield", "Pemberton", "Ashworth", "Blackwood", "Cartwright", "Drummond", "Fairbanks", "Galloway", "Hathaway", "Kirkpatrick", "Llewellyn",
        "MacDonald", "McAllister", "O'Brien", "O'Sullivan", "Ó Súilleabháin", "Ní Dhomhnaill", "Fitzgerald", "Murphy", "Kelly", "Byrne", "Gallagher", "Doherty",
        "Khan", "Hussain", "Ahmed", "Begum", "Malik", "Chaudhry", "Patel", "Singh", "Kaur", "Sharma", "Gupta", "Iyer", "Krishnamurthy", "Banerjee", "Nguyen",
        "Trần", "Chen", "Wang", "Zhang", "Lim", "Tanaka", "Yamamoto", "Kim", "Park", "Kowalski", "Wiśniewska", "Szczepański", "Nowak", "Zieliński", "García",
        "Rodríguez", "Hernández", "Muñoz", "Ibáñez", "Silva", "Gonçalves", "Magalhães", "Rossi", "Esposito", "De Luca", "Lefèvre", "Beauchamp", "Müller",
        "Schröder", "Weiß", "Vogel", "Lindqvist", "Åkesson", "Østergaard", "Sørensen", "Kovalenko", "Shevchenko", "Ivanova", "Popescu", "Kovács", "Szabó",
        "Papadopoulos", "Yılmaz", "Öztürk", "Hosseini", "Rahimi", "Mensah", "Owusu", "Okafor", "Adeyemi", "Nwosu", "Dlamini", "Mwangi", "Campbell", "Grant",
        "Cohen", "Levy", "Goldberg", "van den Berg", "de Vries", "Jansen", "Dubois", "Novák", "Horvat", "Petrović",
    ];

    public static readonly (string First, string Last, string Specialization)[] Doctors =
    [
        ("Helen", "Marchetti", "Stroke medicine"), ("Samuel", "Okonkwo", "Neurology"), ("Priya", "Raman", "Stroke medicine"), ("Tomasz", "Zawadzki", "Neurology"),
        ("Ruth", "Feldman", "Rehabilitation medicine"), ("Callum", "Fraser", "Vascular surgery"), ("Mei-Ling", "Cheung", "Neuroradiology"), ("Ana", "Figueiredo", "Cardiology"),
        ("Yusuf", "Demir", "Stroke medicine"), ("Ingrid", "Halvorsen", "Geriatric medicine"), ("Daniel", "Osei", "Neurology"), ("Sophie", "Lambert", "Rehabilitation medicine"),
    ];
}
