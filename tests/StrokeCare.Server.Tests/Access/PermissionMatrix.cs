using System.Globalization;
using CsvHelper;
using StrokeCare.Audit;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Access;

/// <summary>The actors of the matrix. Those from <see cref="Deactivated"/> to <see cref="RefreshAsAccess"/> are assigned doctors whose tokens are dead.</summary>
internal enum Who
{
    Anonymous,

    /// <summary>The patient whose account the own record is linked to.</summary>
    Owner,

    OtherPatient,
    AssignedDoctor,
    OtherDoctor,

    /// <summary>Was the own record's doctor before it was given to another one.</summary>
    FormerDoctor,

    Admin,
    Deactivated,
    RevokedSession,
    ExpiredToken,

    /// <summary>Sends a good refresh token as access token.</summary>
    RefreshAsAccess,

    /// <summary>An assigned doctor locked by failed sign-ins: sessions that are open go on.</summary>
    Locked,
}

/// <summary>One request of the matrix and what it answers to whom.</summary>
internal sealed record MatrixRow(string Method, string Route, string Object, string Query, string Body, IReadOnlyDictionary<Who, int> Expected)
{
    /// <summary>As the cases of the test are called: method and pattern.</summary>
    public string Address => $"{Method} {Route}";

    /// <summary>It looks at no token: 401 is then an answer of its own.</summary>
    public bool IsOpen => Expected.Values.Distinct().Count() == 1;

    public override string ToString() => $"{Method} {Route}{(Query.Length > 0 ? $"?{Query}" : "")} object={Object} body={(Body.Length > 0 ? Body : "none")}";
}

/// <summary>permissions.csv, which is the product's access policy as data.</summary>
internal static class PermissionMatrix
{
    private const string File = "tests/StrokeCare.Server.Tests/Access/permissions.csv";

    public static IReadOnlyList<Who> Actors { get; } = Enum.GetValues<Who>();

    public static IReadOnlyList<MatrixRow> Rows { get; } = Read();

    private static List<MatrixRow> Read()
    {
        using var csv = new CsvReader(new StreamReader(Path.Combine(Committed.Root(), File)), CultureInfo.InvariantCulture);
        var rows = new List<MatrixRow>();
        csv.Read();
        csv.ReadHeader();
        while (csv.Read())
        {
            var expected = Actors.ToDictionary(who => who, who => csv.GetField<int>(AuditNames.Snake($"{who}")));
            rows.Add(new(Text("method"), Text("route"), Text("object"), Text("query"), Text("body"), expected));
        }

        return rows;

        string Text(string column) => csv.GetField(column)!;
    }
}
