using System.Data.Common;
using System.Globalization;
using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Risk;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Patients;

/// <summary>The list queries, one statement per combination of filters; each is served by one of the partial indexes.</summary>
internal sealed class PatientLists
{
    public const string Columns =
        "id, version, mrn, first_name, last_name, gender, age, date_of_birth, stroke_risk, risk_level, assigned_doctor_id, next_review_on, created_at, updated_at";

    private readonly Statement[] statements = [.. Enumerable.Range(0, 64).Select(Build)];

    public (Statement Statement, object?[] Values) For(PatientFilter filter)
    {
        (bool On, object? Value)[] parts = Parts(filter);
        var which = 0;
        List<object?> values = [];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!parts[i].On) continue;
            which |= 1 << i;
            if (parts[i].Value is { } value) values.Add(value);
        }

        values.Add(filter.Limit);
        return (statements[which], [.. values]);
    }

    public static PatientSummary Read(DbDataReader row) => new()
    {
        Id = new(ClinicalId.Parse(row.GetString(0))),
        Version = row.GetInt64(1),
        Mrn = row.Text(2),
        FirstName = row.Text(3),
        LastName = row.Text(4),
        Gender = PatientColumns.Parsed<Gender>(row.Text(5)),
        Age = row.Real(6),
        DateOfBirth = row.Date(7),
        StrokeRisk = row.Real(8),
        RiskLevel = PatientColumns.Level(row.GetString(9)),
        AssignedDoctorId = PatientColumns.User(row, 10),
        NextReviewOn = row.Date(11),
        CreatedAt = row.Milliseconds(12),
        UpdatedAt = row.Milliseconds(13),
    };

    private static (bool On, object? Value)[] Parts(PatientFilter filter) =>
    [
        (filter.AssignedDoctorId is not null, filter.AssignedDoctorId?.Value),
        (filter.RiskLevel is not null, filter.RiskLevel?.ToWire()),
        (filter.MinAge is not null, filter.MinAge),
        (filter.MaxAge is not null, filter.MaxAge),
        (filter.Before is not null, filter.Before?.ToString()),
        (filter.Archived, null),
    ];

    private static Statement Build(int which)
    {
        (string Condition, SqlType Type)[] parts =
            [("assigned_doctor_id =", SqlType.Int), ("risk_level =", SqlType.Text), ("age >=", SqlType.Real), ("age <=", SqlType.Real), ("id <", SqlType.Text)];
        List<string> conditions = [(which & 1 << parts.Length) == 0 ? "archived_at IS NULL" : "archived_at IS NOT NULL"];
        List<SqlType> types = [];
        for (var i = 0; i < parts.Length; i++)
        {
            if ((which & 1 << i) == 0) continue;
            types.Add(parts[i].Type);
            conditions.Add(string.Create(CultureInfo.InvariantCulture, $"{parts[i].Condition} ${types.Count}"));
        }

        types.Add(SqlType.Int);
        return new(
            string.Create(CultureInfo.InvariantCulture, $"SELECT {Columns} FROM patients WHERE {string.Join(" AND ", conditions)} ORDER BY id DESC LIMIT ${types.Count}"),
            [.. types]);
    }
}
