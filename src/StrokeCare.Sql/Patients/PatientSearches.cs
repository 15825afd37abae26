using System.Collections.Concurrent;
using System.Globalization;
using StrokeCare.Patients;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Patients;

/// <summary>
/// The searches, one statement per number of words. Each word is a stretch of the key of patient_terms for each of its
/// terms; what all words have in common is cut to the limit before a record is read.
/// </summary>
internal sealed class PatientSearches(Dialect dialect)
{
    private readonly ConcurrentDictionary<Shape, Statement> statements = new();

    public (Statement Statement, object?[] Values) For(PatientSearch search)
    {
        var prefix = search.All.Select((word, i) => (word.Prefix, i)).FirstOrDefault(word => word.Prefix is not null, (null, -1));
        var shape = new Shape(search.All.Count, prefix.Item2, search.AssignedDoctorId is not null);
        List<object?> values = [search.Archived, search.Limit];
        if (search.AssignedDoctorId is { } doctor) values.Add(doctor.Value);
        foreach (var word in search.All) values.Add(word.BesidePrefix.ToArray());
        if (prefix.Prefix is { } begun) values.AddRange([begun, begun + SearchWord.End]);
        return (statements.GetOrAdd(shape, Build), [.. values]);
    }

    private Statement Build(Shape shape)
    {
        List<SqlType> types = [SqlType.Bool, SqlType.Int];
        var whose = "";
        if (shape.IsOfDoctor)
        {
            types.Add(SqlType.Int);
            whose = " AND assigned_doctor_id = $3";
        }

        var first = types.Count + 1;
        types.AddRange(Enumerable.Repeat(SqlType.Texts, shape.Words));
        var words = Enumerable.Range(0, shape.Words).Select(i => Found(dialect.AnyOf("term", Number(first + i)), whose)).ToList();
        if (shape.Begun >= 0)
        {
            words[shape.Begun] += " UNION ALL " + Found($"term >= {Number(types.Count + 1)} AND term < {Number(types.Count + 2)}", whose);
            types.AddRange([SqlType.Text, SqlType.Text]);
        }

        var common = string.Join(" INTERSECT ", words.Select(word => $"SELECT patient_id FROM ({word}) AS of_word"));
        // A letter is the beginning of very many, all of which PostgreSQL would look at before it answers one. So many rows are of enough records.
        if (shape.Words == 1) common += string.Create(CultureInfo.InvariantCulture, $" LIMIT $2 * {SearchTerms.MostOfOne}");
        var found = $"SELECT DISTINCT patient_id FROM ({common}) AS found LIMIT $2";
        return new($"SELECT {PatientLists.Columns} FROM patients WHERE {dialect.OneOf("id", found)}{whose}", [.. types]);
    }

    private static string Found(string term, string whose) => $"SELECT patient_id FROM patient_terms WHERE {term} AND archived = $1{whose}";

    private static string Number(int n) => string.Create(CultureInfo.InvariantCulture, $"${n}");

    /// <summary>How many words, which of them may be only begun (-1: none), and whether one doctor's patients are searched.</summary>
    private readonly record struct Shape(int Words, int Begun, bool IsOfDoctor);
}
