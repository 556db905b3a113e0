/** The header of the EU's consolidated list as CSV 1.1, all 118 columns, as published since 2020. */
export const EU_HEADER =
  `fileGenerationDate;Entity_LogicalId;Entity_EU_ReferenceNumber;Entity_UnitedNationId;Entity_DesignationDate;Entity_DesignationDetails;Entity_Remark;Entity_SubjectType;Entity_SubjectType_ClassificationCode
REGULATION:Entity
NameAlias_LastName;NameAlias_FirstName;NameAlias_MiddleName;NameAlias_WholeName;NameAlias_NameLanguage;NameAlias_Gender;NameAlias_Title;NameAlias_Function;NameAlias_LogicalId;NameAlias_RegulationLanguage;NameAlias_Remark
REGULATION:NameAlias
Address_City;Address_Street;Address_PoBox;Address_ZipCode;Address_Region;Address_Place;Address_AsAtListingTime;Address_ContactInfo;Address_CountryIso2Code;Address_CountryDescription;Address_LogicalId;Address_RegulationLanguage;Address_Remark
REGULATION:Address
BirthDate_BirthDate;BirthDate_Day;BirthDate_Month;BirthDate_Year;BirthDate_YearRangeFrom;BirthDate_YearRangeTo;BirthDate_Circa;BirthDate_CalendarType;BirthDate_ZipCode;BirthDate_Region;BirthDate_Place;BirthDate_City;BirthDate_CountryIso2Code;BirthDate_CountryDescription;BirthDate_LogicalId;BirthDate_RegulationLanguage;BirthDate_Remark
REGULATION:BirthDate
Identification_Number;Identification_Diplomatic;Identification_KnownExpired;Identification_KnownFalse;Identification_ReportedLost;Identification_RevokedByIssuer;Identification_IssuedBy;Identification_IssuedDate;Identification_ValidFrom;Identification_ValidTo;Identification_LatinNumber;Identification_NameOnDocument;Identification_TypeCode;Identification_TypeDescription;Identification_Region;Identification_CountryIso2Code;Identification_CountryDescription;Identification_LogicalId;Identification_RegulationLanguage;Identification_Remark
REGULATION:Identification
Citizenship_Region;Citizenship_CountryIso2Code;Citizenship_CountryDescription;Citizenship_LogicalId;Citizenship_RegulationLanguage;Citizenship_Remark
REGULATION:Citizenship`
    .split('\n')
    .map((part) => part.replace(/^REGULATION:(.+)$/, (_, of: string) => regulationColumns(of)))
    .join(';')

/** Each part of a row names the regulation it comes from in the same seven columns. */
function regulationColumns(of: string): string {
  const facts = 'Type;OrganisationType;PublicationDate;EntryIntoForceDate;NumberTitle;Programme;PublicationUrl'.split(
    ';',
  )
  return facts.map((fact) => `${of}_Regulation_${fact}`).join(';')
}

/** The first line and the header of the UK Sanctions List as CSV, all 58 columns, as published in October 2026. */
export const UK_HEADER = [
  'Report Date: 08-Oct-2026',
  'Last Updated,Unique ID,OFSI Group ID,UN Reference Number,Name 6,Name 1,Name 2,Name 3,Name 4,Name 5,Name type,Alias strength,Title,Name non-latin script,Non-latin script type,Non-latin script language,Regime Name,Designation Type,Designation source,Sanctions Imposed,Other Information,UK Statement of Reasons,Address Line 1,Address Line 2,Address Line 3,Address Line 4,Address Line 5,Address Line 6,Address Postal Code,Address Country,Phone number,Website,Email address,Date Designated,D.O.B,Nationality(/ies),National Identifier number,National Identifier additional information,Passport number,Passport additional information,Position,Gender,Town of birth,Country of birth,Type of entity,Subsidiaries,Parent company,Business registration number (s),IMO number,Current owner/operator (s),Previous owner/operator (s),Current believed flag of ship,Previous flags,Type of ship,Tonnage of ship,Length of ship,Year Built,Hull identification number (HIN)',
] as const
