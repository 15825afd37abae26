using System.Globalization;
using CsvHelper;
using StrokeCare.Audit;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Access;

/// <summary>One page and what it answers to whom; 401 is being sent to sign in.</summary>
internal sealed record PageRow(string Route, string Object, IReadOnlyDictionary<Who, int> Expected)
{
    /// <summary>The page's address as the row means it for this actor, and who they then are.</summary>
    public async Task<(string Path, Player Player)> AskedByAsync(Who who, Scene scene)
    {
        var own = await scene.OwnAsync(who);
        var charge = Object == "foreign" ? await scene.ForeignAsync() : own;
        var id = Object switch
        {
            "absent" => MatrixRequest.AbsentRecord,
            "malformed" => "x",
            _ when Route.StartsWith("/admin/users/", StringComparison.Ordinal) => charge.Owner.Id.ToString(),
            _ when Route.StartsWith("/patients/", StringComparison.Ordinal) => charge.Patient.Id.ToString(),
            _ => charge.Appointment.Id.ToString(),
        };
        var path = Route.Replace("{Id}", id, StringComparison.Ordinal).Replace("{Entry}", charge.Entry.Id.ToString(), StringComparison.Ordinal);
        // An owner is one of the record at hand; of a foreign one they are not.
        return (path, await scene.PlayerAsync(who, Object == "foreign" ? own : charge));
    }
}

/// <summary>pages.csv, which is for pages what permissions.csv is for the API.</summary>
internal static class PageMatrix
{
    private const string File = "tests/StrokeCare.Server.Tests/Access/pages.csv";

    public static IReadOnlyList<Who> Actors { get; } = [Who.Anonymous, Who.Owner, Who.OtherPatient, Who.AssignedDoctor, Who.Admin, Who.Deactivated, Who.RevokedSession];

    public static IReadOnlyList<PageRow> Rows { get; } = Read();

    private static List<PageRow> Read()
    {
        using var csv = new CsvReader(new StreamReader(Path.Combine(Committed.Root(), File)), CultureInfo.InvariantCulture);
        var rows = new List<PageRow>();
        csv.Read();
        csv.ReadHeader();
        while (csv.Read()) rows.Add(new(csv.GetField("route")!, csv.GetField("object")!, Actors.ToDictionary(who => who, who => csv.GetField<int>(AuditNames.Snake($"{who}")))));
        return rows;
    }
}
